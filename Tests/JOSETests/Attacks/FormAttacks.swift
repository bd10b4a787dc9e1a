import Support
import TestTokens
import Testing

@testable import JOSE

/// A16, A17, A30, A31: the form of a token and of a key set, before anybody asks who signed it.
@Suite struct FormAttacks {
  @Test func A16_duplicateMembersAreRefusedEverywhere() throws {
    let keys = try Issuer.keys()
    let headers: [ByteString] = [
      #"{"alg":"RS256","alg":"RS256","kid":"1"}"#, #"{"alg":"none","kid":"1","\u0061lg":"RS256"}"#,
      #"{"alg":"RS256","kid":"1","kid":"1"}"#, #"{"alg":"RS256","kid":"1","x":{"a":1,"a":1}}"#,
    ]
    for header in headers { #expect(judge(try Issuer.token(header: header), keys) == .refused(.tokenMalformed)) }
    let payloads: [ByteString] = [
      #"{"iss":"a","iss":"b"}"#, #"{"iss":"a","\u0069ss":"b"}"#, #"{"iss":"a","exp":1,"exp":2}"#,
      #"{"iss":"a","realm_access":{"roles":[],"roles":[]}}"#,
    ]
    for payload in payloads {
      #expect(judge(try Issuer.token(header: Issuer.goodHeader, payload: payload), keys) == .refused(.tokenMalformed))
    }
    let jwk = Issuer.rsa.jwk(["kid": "1"])
    for text in [
      "{\"keys\":[\(jwk)],\"keys\":[]}", "{\"keys\":[\(jwk.dropLast()),\"kid\":\"1\"}]}",
      "{\"keys\":[\(jwk.dropLast()),\"\\u006bid\":\"2\"}]}",
    ] {
      #expect(message { _ = try KeySet.parse(ByteString(text)) }.contains("duplicate member name"))
    }
  }

  @Test func A17_sizeIsCheckedFirst() throws {
    let keys = try Issuer.keys()
    let floods = [
      [UInt8](repeating: UInt8(ascii: "."), count: 1 << 20), [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20),
    ]
    for flood in floods {
      #expect(judge(ByteString(flood), keys) == .refused(.tokenMalformed))
      #expect(message { _ = try UnverifiedToken(parsing: ByteString(flood)) }.contains("more than the 16384"))
    }
    let dots = ByteString(floods[0].prefix(16384))
    #expect(message { _ = try UnverifiedToken(parsing: dots) }.contains("more than five parts"))
  }

  @Test func A17_theCapIsExact() throws {
    // Base64url grows in steps of 4 for 3: every length but the impossible ones is reached by filling the payload.
    func token(_ filler: Int) throws -> ByteString {
      let payload = "{\"iss\":\"a\",\"f\":\"" + String(repeating: "f", count: filler) + "\"}"
      return try Issuer.token(header: Issuer.goodHeader, payload: ByteString(payload))
    }
    let keys = try Issuer.keys()
    let base = try token(0).count
    var lengths: Set<Int> = []
    for filler in ((16384 - base) * 3 / 4 - 4)...((16384 - base) * 3 / 4 + 4) {
      let token = try token(filler)
      #expect(judge(token, keys) == (token.count <= 16384 ? .accepted : .refused(.tokenMalformed)))
      #expect(judge(token, keys, maxBytes: token.count) == .accepted)
      #expect(judge(token, keys, maxBytes: token.count - 1) == .refused(.tokenMalformed))
      lengths.insert(token.count)
    }
    #expect(lengths.contains { $0 <= 16384 && $0 > 16380 } && lengths.contains { $0 > 16384 && $0 < 16389 })
  }

  @Test func A17_nestingIsBoundedInTokensAndKeySets() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    let keys = try Issuer.keys()
    for (depth, expected) in [
      (31, Verdict.accepted), (32, .refused(.tokenMalformed)), (6000, .refused(.tokenMalformed)),
    ] {
      let header = ByteString("{\"alg\":\"RS256\",\"kid\":\"1\",\"x\":\(nested(depth))}")
      #expect(judge(try Issuer.token(header: header), keys, maxBytes: 1 << 16) == expected)
      let payload = ByteString("{\"iss\":\"a\",\"x\":\(nested(depth))}")
      #expect(judge(try Issuer.token(header: Issuer.goodHeader, payload: payload), keys, maxBytes: 1 << 16) == expected)
      let set = ByteString("{\"keys\":[],\"x\":\(nested(depth))}")
      #expect(message { _ = try KeySet.parse(set) }.isEmpty == (expected == .accepted))
    }
    let deep = ByteString("{\"keys\":\(nested(10_000))}")
    #expect(message { _ = try KeySet.parse(deep) }.contains("nesting deeper than 32"))
  }

  @Test func A30_aTokenHasOneSpelling() throws {
    let token = try Issuer.token(header: Issuer.goodHeader)
    let keys = try Issuer.keys()
    #expect(judge(token, keys) == .accepted)
    let space = ByteString(" ")
    let parts = token.bytes.split(separator: UInt8(ascii: ".")).map { ByteString($0) }
    var respelled: [ByteString] = [
      token + "=", token + "==", token + "\n", space + token, token + " ", token + ByteString([0]),
      parts[0] + "=." + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "=." + parts[2],
      parts[0] + ".\n" + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "\r\n." + parts[2],
    ]
    // 256 bytes of signature leave four bits of the last character unused.
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let last = try #require(alphabet.firstIndex(of: token.bytes[token.count - 1]))
    #expect(last % 16 == 0)
    for unused in 1..<16 { respelled.append(token.dropLast(1) + ByteString([alphabet[last + unused]])) }
    var standard = token
    standard.bytes[token.count - 9] = UInt8(ascii: "+")
    respelled.append(standard)
    // One more character is one more byte of signature, in its only spelling.
    #expect(judge(token + "A", keys) == .refused(.signatureInvalid))
    for spelling in respelled { #expect(judge(spelling, keys) == .refused(.tokenMalformed)) }
  }

  @Test func A31_headersAndClaimsAreStrictUTF8() throws {
    let keys = try Issuer.keys()
    let bad: [[UInt8]] = [
      [0xEF, 0xBB, 0xBF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF], [0xF5, 0x80, 0x80, 0x80], [0x80], [0x00],
      Array(#"\u0000"#.utf8), Array(#"\ud800"#.utf8), Array(#"\udc00\ud800"#.utf8),
    ]
    for bytes in bad {
      let inName = Array(#"{"alg":"RS256","kid":"1","a"#.utf8) + bytes + Array(#"":1}"#.utf8)
      let inValue = Array(#"{"alg":"RS256","kid":"1","a":""#.utf8) + bytes + Array(#""}"#.utf8)
      let behind = Array(#"{"alg":"RS256","kid":"1"}"#.utf8) + bytes
      let before = bytes + Array(#"{"alg":"RS256","kid":"1"}"#.utf8)
      for text in [inName, inValue, behind, before] where !(bytes == bad[0] && (text == inName || text == inValue)) {
        #expect(judge(try Issuer.token(header: ByteString(text)), keys) == .refused(.tokenMalformed))
        let token = try Issuer.token(header: Issuer.goodHeader, payload: ByteString(text))
        #expect(judge(token, keys) == .refused(.tokenMalformed))
      }
    }
    let utf16 = ByteString(Array("{\"alg\":\"RS256\"}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    #expect(judge(try Issuer.token(header: utf16), keys) == .refused(.tokenMalformed))
  }

  @Test func A31_equivalentTextIsDifferentText() throws {
    let keys = try Issuer.keys(Issuer.rsa, ["kid": "caf\u{e9}"])
    #expect(judge(try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"kid\":\"caf\u{e9}\"}")), keys) == .accepted)
    #expect(judge(try Issuer.token(header: ByteString("{\"alg\":\"RS256\",\"kid\":\"cafe\u{301}\"}")), keys) == .noKey)
  }

  @Test func headersAndClaimsAreObjects() throws {
    let keys = try Issuer.keys()
    for text in ["[]", "\"RS256\"", "1", "null", "", "{", "{}{}", "{\"alg\":\"RS256\",}"] {
      #expect(judge(try Issuer.token(header: ByteString(text)), keys) == .refused(.tokenMalformed), "\(text)")
      let token = try Issuer.token(header: Issuer.goodHeader, payload: ByteString(text))
      #expect(judge(token, keys) == .refused(.tokenMalformed), "\(text)")
    }
    #expect(judge(try Issuer.token(header: Issuer.goodHeader, payload: "{}"), keys) == .accepted)
  }
}
