import Support
import TestTokens
import Testing

@testable import JOSE

/// A5, A6, A14, A15, A29: what a header may and may not say.
@Suite struct HeaderAttacks {
  @Test func A5_keysInTheHeaderAreNeverRead() throws {
    let attacker = try TestKey(.rsa(bits: 2048))
    let keys = try Issuer.keys()
    let members = [
      "\"jwk\":\(attacker.jwk(["kid": "1"]))", "\"jku\":\"https://attacker.example/jwks\"",
      "\"x5u\":\"https://attacker.example/chain.pem\"", "\"x5c\":[\"MIIB\"]", "\"x5t\":\"AAAA\"", "\"jwk\":12",
    ]
    for member in members {
      let header = ByteString("{\"alg\":\"RS256\",\"kid\":\"1\",\(member)}")
      let forged = try TestToken.signed(header: header, payload: Issuer.payload, by: attacker)
      #expect(judge(forged, keys) == .refused(.signatureInvalid), "\(member)")
      #expect(judge(try Issuer.token(header: header), keys) == .accepted, "\(member)")
    }
  }

  @Test func A6_kidIsAnIdentifierAndNothingElse() throws {
    let keys = try Issuer.keys()
    for kid in ["../../etc/passwd", "' OR 1=1 --", "a\\r\\nX: y", "1 ", "\\u0031\\u0031", "|id", "%31"] {
      #expect(judge(try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"kid\":\"\(kid)\"}")), keys) == .noKey)
    }
    for kid in ["1", "1.0", "null", "true", "[\"1\"]", "{}", "\"a\\u0000b\""] {
      let token = try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"kid\":\(kid)}"))
      #expect(judge(token, keys) == .refused(.tokenMalformed), "\(kid)")
    }
    #expect(judge(try Issuer.token(header: #"{"alg":"RS256","kid":"\u0031"}"#), keys) == .accepted)
  }

  @Test func A6_kidIsBounded() throws {
    for count in [255, 256, 257, 1 << 20] {
      let kid = String(repeating: "k", count: count)
      let keys = try Issuer.keys(Issuer.rsa, ["kid": String(kid.prefix(100_000))])
      let token = try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"kid\":\"\(kid)\"}"))
      let expected: Verdict = count <= 256 ? .accepted : .refused(.tokenMalformed)
      #expect(judge(token, keys, maxBytes: 1 << 22) == expected, "\(count)")
      #expect(keys.keys.isEmpty == (count > 256))
    }
  }

  @Test func A6_anEmptyKidIsAKid() throws {
    let token = try Issuer.token(header: #"{"alg":"RS256","kid":""}"#)
    #expect(judge(token, try Issuer.keys(Issuer.rsa, ["kid": ""])) == .accepted)
    #expect(judge(token, try Issuer.keys(Issuer.rsa, [:])) == .noKey)
    #expect(judge(token, try Issuer.keys()) == .noKey)
  }

  @Test func A14_anyCritIsRefused() throws {
    let values = [
      "[]", "[\"exp\"]", "[\"alg\"]", "[\"b64\"]", "[\"unknown\"]", "[\"\"]", "\"b64\"", "null", "{}", "true", "[1]",
      "[\"b64\",\"b64\"]",
    ]
    for value in values {
      let token = try Issuer.token(
        header: ByteString("{\"alg\":\"RS256\",\"kid\":\"1\",\"b64\":true,\"crit\":\(value)}"))
      #expect(judge(token, try Issuer.keys()) == .refused(.tokenMalformed), "\(value)")
    }
    let twice = try Issuer.token(header: #"{"alg":"RS256","kid":"1","crit":["exp"],"crit":[]}"#)
    #expect(judge(twice, try Issuer.keys()) == .refused(.tokenMalformed))
    #expect(judge(try Issuer.token(header: #"{"alg":"RS256","kid":"1","b64":true}"#), try Issuer.keys()) == .accepted)
  }

  @Test func A15_unencodedPayloadsAreRefused() throws {
    for value in ["false", "null", "0", "1", "\"true\"", "[]"] {
      let header = ByteString("{\"alg\":\"RS256\",\"kid\":\"1\",\"b64\":\(value)}")
      #expect(judge(try Issuer.token(header: header), try Issuer.keys()) == .refused(.tokenMalformed), "\(value)")
    }
    // As RFC 7797 signs it: over the payload as it is.
    let header: ByteString = #"{"alg":"RS256","kid":"1","b64":false,"crit":["b64"]}"#
    let input = Base64URL.encode(header.bytes) + "." + Base64URL.encode(Issuer.payload.bytes)
    let signature = try Issuer.rsa.sign((Base64URL.encode(header.bytes) + "." + Issuer.payload).bytes, as: .rs256)
    #expect(judge(TestToken.join(input, signature: signature), try Issuer.keys()) == .refused(.tokenMalformed))
  }

  @Test func A15_detachedPayloadsAreRefused() throws {
    let token = try Issuer.token(header: Issuer.goodHeader)
    let parts = token.bytes.split(separator: UInt8(ascii: "."))
    let detached = ByteString(parts[0]) + ".." + ByteString(parts[2])
    #expect(judge(detached, try Issuer.keys()) == .refused(.tokenMalformed))
    #expect(
      judge(try Issuer.token(header: Issuer.goodHeader, payload: ""), try Issuer.keys()) == .refused(.tokenMalformed))
  }

  @Test func A29_encryptionAndOtherSerializationsHaveTheirOwnMessages() throws {
    let good = try Issuer.token(header: Issuer.goodHeader)
    let cases: [(ByteString, ResultCode, String)] = [
      (good + ".AAAA.AAAA", .tokenEncrypted, "encrypted"),
      ("....", .tokenEncrypted, "encrypted"),
      (try Issuer.token(header: #"{"alg":"RS256","kid":"1","enc":"A128GCM"}"#), .tokenEncrypted, "encrypted"),
      (try Issuer.token(header: #"{"alg":"dir","enc":null}"#), .tokenEncrypted, "audience"),
      (try Issuer.token(header: #"{"alg":"RS256","kid":"1","zip":"DEF"}"#), .tokenMalformed, "\"zip\""),
      (#"{"payload":"AA","protected":"AA","signature":"AA"}"#, .tokenMalformed, "JSON serialization"),
      ("abcdef", .tokenMalformed, "opaque token"),
      ("Bearer abcdef", .tokenMalformed, "begins with \"Bearer \""),
      (good + ".AAAA", .tokenMalformed, "4 parts"),
      ("a.b", .tokenMalformed, "2 parts"),
      (".....", .tokenMalformed, "more than five"),
      ("", .tokenMalformed, "empty"),
    ]
    for (token, expected, text) in cases {
      #expect(result { _ = try UnverifiedToken(parsing: token) } == expected, "\(text)")
      #expect(message { _ = try UnverifiedToken(parsing: token) }.contains(text), "\(text)")
    }
  }

  @Test func typIsAStringOrAbsent() throws {
    for (value, expected) in [("\"JWT\"", ByteString("JWT")), ("\"\"", ByteString())] {
      let token = try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"typ\":\(value)}"))
      #expect(try UnverifiedToken(parsing: token).header.type == expected)
    }
    #expect(try UnverifiedToken(parsing: Issuer.token(header: #"{"alg":"RS256"}"#)).header.type == nil)
    for value in ["null", "1", "[\"JWT\"]"] {
      let token = try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"typ\":\(value)}"))
      #expect(judge(token, try Issuer.keys()) == .refused(.tokenMalformed))
    }
  }

  @Test func aGraphTokenIsExplained() throws {
    let header: ByteString = #"{"alg":"RS256","kid":"1","nonce":"abc"}"#
    let forged = try TestToken.signed(header: header, payload: Issuer.payload, by: TestKey(.rsa(bits: 2048)))
    let keys = try Issuer.keys()
    #expect(message { _ = try UnverifiedToken(parsing: forged).verify(with: keys.keys[0]) }.contains("Microsoft Graph"))
    #expect(judge(forged, keys) == .refused(.signatureInvalid))
    #expect(judge(try Issuer.token(header: header), keys) == .accepted)  // never special-cased
  }
}
