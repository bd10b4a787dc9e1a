import Support
import TestTokens
import Testing

@testable import JOSE

@Suite struct KeySelectionTests {
  private func set(_ jwks: String...) throws -> KeySet {
    try KeySet.parse(ByteString("{\"keys\":[\(jwks.joined(separator: ","))]}"))
  }

  /// "found <kid or ->", "none", "ambiguous" or "mismatch".
  private func selected(_ keys: KeySet, _ kid: ByteString?, _ algorithm: Algorithm) -> String {
    switch keys.select(kid: kid, algorithm: algorithm) {
    case .found(let key): "found " + String(decoding: key.kid?.bytes ?? [0x2D], as: UTF8.self)
    case .none: "none"
    case .ambiguous: "ambiguous"
    case .algorithmMismatch: "mismatch"
    }
  }

  @Test func byKid() throws {
    let keys = try set(Issuer.rsa.jwk(["kid": "r"]), Issuer.p256.jwk(["kid": "e"]), Issuer.ed448.jwk())
    #expect(selected(keys, "r", .rs256) == "found r" && selected(keys, "e", .es256) == "found e")
    #expect(selected(keys, "r", .es256) == "mismatch" && selected(keys, "e", .rs256) == "mismatch")
    #expect(selected(keys, "x", .rs256) == "none" && selected(keys, "R", .rs256) == "none")
  }

  @Test func withoutKidOnlyIfOneKeyFits() throws {
    let keys = try set(Issuer.rsa.jwk(["kid": "r"]), Issuer.p256.jwk(["kid": "e"]), Issuer.ed448.jwk())
    #expect(selected(keys, nil, .rs256) == "found r" && selected(keys, nil, .ed448) == "found -")
    #expect(selected(keys, nil, .es384) == "none")
    let two = try set(Issuer.rsa.jwk(["kid": "a"]), Issuer.rsa.jwk(["kid": "b", "alg": "PS256"]))
    #expect(selected(two, nil, .ps256) == "found a" && selected(two, nil, .rs256) == "found a")
    let others = try set(Issuer.rsa.jwk(["kid": "a"]), TestKey(.rsa(bits: 2048)).jwk(["kid": "b", "alg": "PS256"]))
    #expect(selected(others, nil, .ps256) == "ambiguous" && selected(others, nil, .rs256) == "found a")
    #expect(selected(try set(), nil, .rs256) == "none")
  }

  /// The kid of such a key is unknown, not arbitrary: a token with another kid is what shows that keys were rotated.
  @Test func aPublishedKeyWithoutKidDoesNotFitATokenWithOne() throws {
    let keys = try set(Issuer.rsa.jwk())
    #expect(selected(keys, "new", .rs256) == "none" && selected(keys, nil, .rs256) == "found -")
  }

  @Test func aKeyGivenByHandWithoutKidFitsAnyIfItIsTheOnlyOne() throws {
    let rsa = try VerificationKey.publicKey(pem: Issuer.rsa.pem, kid: nil)
    let ec = try VerificationKey.publicKey(pem: Issuer.p256.pem, kid: nil)
    let named = try VerificationKey.publicKey(pem: TestKey(.rsa(bits: 2048)).pem, kid: "named")
    let keys = KeySet(keys: [rsa, ec, named])
    #expect(selected(keys, "anything", .rs256) == "found -" && selected(keys, "anything", .es256) == "found -")
    #expect(selected(keys, "named", .rs256) == "found named" && selected(keys, "named", .es256) == "mismatch")
    #expect(selected(keys, nil, .rs256) == "ambiguous" && selected(keys, "x", .es384) == "mismatch")
    #expect(selected(KeySet(keys: [rsa, rsa]), "x", .rs256) == "found -")
    let secret = try VerificationKey.secret([UInt8](repeating: 1, count: 32), algorithm: .hs256, kid: nil)
    #expect(selected(KeySet(keys: [secret]), "x", .hs256) == "found -")
  }

  @Test func oneBadKeyIsSkippedAndReported() throws {
    let keys = try set(
      Issuer.rsa.jwk(["kid": "weak", "e": "AQ"]), Issuer.rsa.jwk(["kid": "good"]), "7",
      Issuer.p256.jwk(["kid": "line\\r\\nbreak", "use": "enc"]))
    #expect(keys.keys.map(\.kid) == ["good"] && keys.skipped.count == 3)
    #expect(keys.skipped.map(\.kid) == ["weak", nil, "line\r\nbreak"])
    #expect(keys.skippedReasons.string.contains(#"kid "weak": its RSA exponent"#))
    #expect(keys.skippedReasons.string.contains(#"kid "line\x0d\x0abreak": its use is "enc""#))
    #expect(keys.skippedReasons.string.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }

  @Test func A25_aKeySetIsBounded() throws {
    let many = (1...100).map { Issuer.ed25519.jwk(["kid": "\($0)"]) }.joined(separator: ",")
    #expect(try KeySet.parse(ByteString("{\"keys\":[\(many)]}")).keys.count == 100)
    #expect(message { _ = try KeySet.parse(ByteString("{\"keys\":[\(many),{}]}")) }.contains("at most 100"))
    let room = String(repeating: " ", count: (1 << 20) - 11)
    #expect(try KeySet.parse(ByteString("{\"keys\":[]}\(room)")).keys.isEmpty)
    #expect(message { _ = try KeySet.parse(ByteString("{\"keys\":[]}\(room) ")) }.contains("at most 1048576"))
  }

  /// What a set has twice is one key; only different keys of one name are ambiguous (attack A27).
  @Test func aKeyThatIsThereTwiceIsOne() throws {
    #expect(try set(Issuer.ed25519.jwk(), Issuer.ed25519.jwk()).keys.count == 1)
    #expect(try set(Issuer.ed25519.jwk(["kid": "1"]), Issuer.ed25519.jwk(["kid": "1"])).ambiguousKids.isEmpty)
    #expect(try set(Issuer.rsa.jwk(["kid": "1"]), TestKey(.rsa(bits: 2048)).jwk(["kid": "1"])).ambiguousKids == ["1"])
  }

  @Test func whatIsNoKeySetIsExplained() {
    let texts = [
      ("<html></html>", "not strict JSON"), ("", "not strict JSON"), ("[]", "no object"), ("{}", "has no \"keys\""),
      (Issuer.rsa.jwk(), "single key"), ("{\"keys\":{}}", "no array"), ("{\"keys\":null}", "no array"),
    ]
    for (text, expected) in texts { #expect(message { _ = try KeySet.parse(ByteString(text)) }.contains(expected)) }
  }
}
