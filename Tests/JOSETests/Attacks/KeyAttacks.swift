import Support
import TestTokens
import Testing
import VectorData

@testable import JOSE

/// A12, A13, A27, A28: keys that must not be used. A refused key is skipped with a reason that says what is wrong.
@Suite struct KeyAttacks {
  /// Why the key set's only key is skipped; empty when it is used.
  private func reason(_ jwk: String) throws -> String {
    let keys = try KeySet.parse(ByteString("{\"keys\":[\(jwk)]}"))
    #expect(keys.keys.count + keys.skipped.count == 1)
    return keys.skipped.first?.reason.string ?? ""
  }

  private func encoded(_ bytes: [UInt8]) -> String { String(decoding: Base64URL.encode(bytes).bytes, as: UTF8.self) }

  private func decoded(_ key: TestKey, _ name: String) throws -> [UInt8] {
    try Base64URL.decode(ByteString(key.members[name] ?? ""))
  }

  @Test func control() throws {
    for key in Issuer.all { #expect(try reason(key.jwk()) == "") }
    #expect(try reason(Issuer.rsa.jwk(["use": "sig", "alg": "PS512", "kid": "a"])) == "")
  }

  @Test func A12_coordinatesAreAsLongAsTheField() throws {
    for key in [Issuer.p256, Issuer.p384, Issuer.p521, Issuer.secp256k1] {
      for name in ["x", "y"] {
        let good = try decoded(key, name)
        for bad in [good.dropLast(), Array(good.dropFirst()), good + [0], [0] + good, []] {
          #expect(try reason(key.jwk([name: encoded(bad)])).contains("bytes"))
        }
      }
    }
  }

  @Test func A12_thePointIsOnTheCurveOfTheKey() throws {
    for key in [Issuer.p256, Issuer.p384, Issuer.p521, Issuer.secp256k1] {
      let x = try decoded(key, "x")
      let zero = encoded([UInt8](repeating: 0, count: x.count))
      let huge = encoded([UInt8](repeating: 0xFF, count: x.count))
      var moved = try decoded(key, "y")
      moved[x.count - 1] ^= 1
      for bad in [["x": zero, "y": zero], ["x": huge], ["y": huge], ["x": huge, "y": huge], ["y": encoded(moved)]] {
        #expect(try reason(key.jwk(bad)).contains("not on the curve"))
      }
    }
    // Of the right length, on another curve.
    #expect(try reason(Issuer.p256.jwk(["crv": "secp256k1"])).contains("not on the curve"))
    #expect(try reason(Issuer.secp256k1.jwk(["crv": "P-256"])).contains("not on the curve"))
    #expect(try reason(Issuer.p256.jwk(["crv": "P-384"])).contains("bytes"))
  }

  @Test func A12_theCurveIsKnownByItsExactName() throws {
    for name in ["p-256", "P256", "prime256v1", "secp256r1", "P-224", "P-192", "brainpoolP256r1", "", "P-256 "] {
      #expect(try reason(Issuer.p256.jwk(["crv": name])).contains("curve"), "\(name)")
    }
    for name in ["X25519", "X448", "ed25519", ""] {
      #expect(try reason(Issuer.ed25519.jwk(["crv": name])).contains("curve"), "\(name)")
    }
  }

  /// On secp256k1 (SEC 2), where 2^256 leaves room: x and x + p are the same number of the field, and one coordinate.
  @Test func A12_coordinatesAreBelowThePrime() throws {
    let p = hexBytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")
    let y = "QhjyCubGRrNj22hgWCL7FCZMqNJYf91vvHUNWH52p-4"
    let small = [UInt8](repeating: 0, count: 31) + [1]
    let beyond = Array(p.dropLast()) + [p[31] + 1]
    #expect(try reason(Issuer.secp256k1.jwk(["x": encoded(small), "y": y])) == "")
    #expect(try reason(Issuer.secp256k1.jwk(["x": encoded(beyond), "y": y])).contains("not on the curve"))
  }

  @Test func A12_anEdwardsKeyIsAPointOfLargeOrder() throws {
    for (key, count) in [(Issuer.ed25519, 32), (Issuer.ed448, 57)] {
      let good = try decoded(key, "x")
      for bad in [good.dropLast(), good + [0], []] {
        #expect(try reason(key.jwk(["x": encoded(bad)])).contains("bytes"))
      }
      let zero = [UInt8](repeating: 0, count: count)
      for sign: UInt8 in [0, 0x80] {
        let smallOrder = [zero, [1] + zero.dropFirst()].map { $0.dropLast() + [$0[count - 1] | sign] }
        for bad in smallOrder { #expect(try reason(key.jwk(["x": encoded(bad)])).contains("small order")) }
        let huge = [UInt8](repeating: 0xFF, count: count - 1) + [0x7F | sign]
        #expect(try reason(key.jwk(["x": encoded(huge)])).contains("no number of the curve's field"))
      }
    }
    let ed25519 = [
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ]
    for hex in ed25519 {
      #expect(try reason(Issuer.ed25519.jwk(["x": encoded(hexBytes(hex))])).contains("small order"))
    }
    let edge = hexBytes("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
    #expect(try reason(Issuer.ed25519.jwk(["x": encoded(edge)])).contains("no number"))
    let minusOne = [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0]
    #expect(try reason(Issuer.ed448.jwk(["x": encoded(minusOne)])).contains("small order"))
  }

  @Test func A13_theModulusHas2048To8192Bits() throws {
    #expect(try reason(TestKey(.rsa(bits: 1024)).jwk()).contains("1024 bits"))
    #expect(try reason(TestKey(.rsa(bits: 2047)).jwk()).contains("2047 bits"))
    let n = try decoded(Issuer.rsa, "n")
    #expect(
      try reason(Issuer.rsa.jwk(["n": encoded([1] + [UInt8](repeating: 0x55, count: 1024))])).contains("8193 bits"))
    #expect(try reason(Issuer.rsa.jwk(["n": encoded([0xC0] + [UInt8](repeating: 0x55, count: 1023))])) == "")
    #expect(try reason(Issuer.rsa.jwk(["n": ""])).contains("0 bits"))
    #expect(try reason(Issuer.rsa.jwk(["n": encoded(n.dropLast() + [n[255] ^ 1])])).contains("even"))
  }

  @Test func A13_anAbsurdModulusIsNotEvenDecoded() throws {
    let huge = encoded([UInt8](repeating: 0xC1, count: 64 << 10))
    #expect(try reason(Issuer.rsa.jwk(["n": huge])).contains("characters"))
    #expect(try reason(Issuer.rsa.jwk(["e": huge])).contains("characters"))
  }

  @Test func A13_theExponentIsOddAndThreeOrMore() throws {
    for bad: [UInt8] in [[], [0], [1], [2], [4], [1, 0, 0], [0, 0, 1]] {
      #expect(try reason(Issuer.rsa.jwk(["e": encoded(bad)])).contains("odd number of 3 or more"), "\(bad)")
    }
    #expect(try reason(Issuer.rsa.jwk(["e": encoded([UInt8](repeating: 0xFF, count: 5))])).contains("5 bytes"))
    for good: [UInt8] in [[3], [1, 0, 1], [UInt8](repeating: 0xFF, count: 4)] {
      #expect(try reason(Issuer.rsa.jwk(["e": encoded(good)])) == "", "\(good)")
    }
  }

  /// RFC 7518 section 6.3.1 forbids the leading zero byte; providers send it, and it changes no number.
  @Test func leadingZerosOfRSANumbersAreDropped() throws {
    let n = try decoded(Issuer.rsa, "n")
    let keys = try Issuer.keys(Issuer.rsa, ["kid": "1", "n": encoded([0] + n), "e": "AAEAAQ"])
    #expect(judge(try Issuer.token(header: Issuer.goodHeader), keys) == .accepted)
    #expect(try reason(Issuer.rsa.jwk(["n": encoded([0, 0, 0] + n.prefix(255))])).contains("2040 bits"))
  }

  @Test func A27_aPrivateMemberRefusesTheKey() throws {
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
      for key in Issuer.all { #expect(try reason(key.jwk([name: "AQAB"])).contains("private member \"\(name)\"")) }
    }
    let inNull = Issuer.rsa.jwk().dropLast() + ",\"d\":null}"
    #expect(try reason(String(inNull)).contains("private member"))
  }

  @Test func A27_secretsInAKeySetAreIgnored() throws {
    let secret = [UInt8](repeating: 9, count: 32)
    let jwk = "{\"kty\":\"oct\",\"kid\":\"1\",\"alg\":\"HS256\",\"k\":\"\(encoded(secret))\"}"
    #expect(try reason(jwk).contains("shared secret"))
    let token = try TestToken.maced(
      header: #"{"alg":"HS256","kid":"1"}"#, payload: Issuer.payload, secret: secret, as: .hs256)
    #expect(judge(token, try KeySet.parse(ByteString("{\"keys\":[\(jwk)]}"))) == .noKey)
    #expect(judge(token, KeySet(keys: [try .secret(secret, algorithm: .hs256, kid: "1")])) == .accepted)
  }

  @Test func A27_twoKeysThatFitAreAmbiguous() throws {
    let other = try TestKey(.rsa(bits: 2048))
    let token = try Issuer.token(header: Issuer.goodHeader)
    func verdict(_ jwks: String...) throws -> Verdict {
      judge(token, try KeySet.parse(ByteString("{\"keys\":[\(jwks.joined(separator: ","))]}")))
    }
    let mine = Issuer.rsa.jwk(["kid": "1"])
    #expect(try verdict(mine, other.jwk(["kid": "1"])) == .ambiguousKey)
    #expect(try verdict(mine, mine) == .accepted)
    #expect(try verdict(mine, other.jwk(["kid": "2"])) == .accepted)
    #expect(try verdict(mine, Issuer.p256.jwk(["kid": "1"])) == .accepted)
    #expect(try verdict(mine, other.jwk(["kid": "1", "alg": "PS256"])) == .accepted)
    #expect(try verdict(mine, other.jwk(["kid": "1", "use": "enc"])) == .accepted)
  }

  @Test func A28_useAndOperationsAreEnforced() throws {
    for use in ["enc", "SIG", "", "sig ", "verify"] {
      #expect(try reason(Issuer.rsa.jwk(["use": use])).contains("use"))
    }
    func operations(_ text: String) throws -> String {
      try reason(String(Issuer.rsa.jwk().dropLast()) + ",\"key_ops\":\(text)}")
    }
    #expect(try operations("[\"verify\"]") == "" && operations("[\"sign\",\"verify\"]") == "")
    for bad in ["[]", "[\"sign\"]", "[\"encrypt\"]", "[\"Verify\"]", "\"verify\"", "[\"verify\",1]", "null", "{}"] {
      #expect(try operations(bad).contains("key_ops"), "\(bad)")
    }
    let both = String(Issuer.rsa.jwk(["use": "enc"]).dropLast()) + ",\"key_ops\":[\"verify\"]}"
    #expect(try reason(both).contains("use"))
  }

  @Test func algIsConsistentWithTheKey() throws {
    for name in ["ES256", "HS256", "EdDSA", "RSA-OAEP", "none", "rs256", ""] {
      #expect(try reason(Issuer.rsa.jwk(["alg": name])).contains("its alg"), "\(name)")
    }
    for name in ["ES384", "ES512", "ES256K", "RS256"] {
      #expect(try reason(Issuer.p256.jwk(["alg": name])).contains("its alg"), "\(name)")
    }
  }

  @Test func membersOfTheWrongTypeSkipTheKey() throws {
    for name in ["kty", "kid", "use", "alg", "n", "e"] {
      for value in ["1", "null", "true", "[]", "{}"] {
        let jwk = String(Issuer.rsa.jwk().dropLast()) + ",\"\(name)\":\(value)}"
        let text = jwk.replacing("\"\(name)\":\"\(Issuer.rsa.members[name] ?? "")\",", with: "")
        #expect(try reason(text).contains("no string"), "\(name) \(value)")
      }
    }
    #expect(try reason("{}").contains("no \"kty\"") && reason("[]").contains("no JSON object"))
    #expect(try reason("{\"kty\":\"RSA\",\"n\":\"AQAB\"}").contains("no \"e\""))
    #expect(try reason(#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"}"#).contains("not supported"))
    #expect(try reason(Issuer.rsa.jwk(["n": "AQ=="])).contains("padding"))
  }
}
