import ResourceServer
import Support
import Testing

/// What the library makes of the Authorization fields of one request: a token, or a result.
private enum Verdict: Equatable {
  case token(String)
  case refused(ResultCode)
}

private func read(_ fields: [String]) -> Verdict {
  let first = fields.first.map { ByteString($0) }
  do throws(AuthError) {
    guard let first else {
      _ = try BearerCredential(field: nil, count: 0)
      return .token("")
    }
    return try first.withUnsafeBytes { (bytes) throws(AuthError) -> Verdict in
      .token(String(decoding: try BearerCredential(field: bytes, count: fields.count).token, as: UTF8.self))
    }
  } catch {
    return .refused(error.result)
  }
}

private let table: [([String], Verdict)] = [
  ([], .refused(.missingAuthHeader)),
  ([""], .refused(.invalidAuthHeader)),
  (["Bearer abc.def-_~+/9=="], .token("abc.def-_~+/9==")),
  (["bearer abc"], .token("abc")),
  (["BEARER abc"], .token("abc")),
  (["Bearer   abc"], .token("abc")),
  ([" \tBearer abc \t"], .token("abc")),
  (["Bearer"], .refused(.missingBearerToken)),
  (["Bearer   "], .refused(.missingBearerToken)),
  (["Bearer\tabc"], .refused(.ambiguousCredentials)),
  (["Bearer abc def"], .refused(.ambiguousCredentials)),
  (["Bearer abc,"], .refused(.ambiguousCredentials)),
  (["Bearer abc, Basic eDp5"], .refused(.ambiguousCredentials)),
  (["Bearer \"abc\""], .refused(.ambiguousCredentials)),
  (["Bearer ab=c"], .refused(.ambiguousCredentials)),
  (["Bearer ==="], .refused(.ambiguousCredentials)),
  (["Bearer abc\r\nX: y"], .refused(.ambiguousCredentials)),
  (["Bearer ab\u{e9}c"], .refused(.ambiguousCredentials)),
  (["Bearer, abc"], .refused(.ambiguousCredentials)),
  (["Bearerabc"], .refused(.invalidAuthHeader)),
  (["Basic eDp5"], .refused(.invalidAuthHeader)),
  (["Basic eDp5, Bearer abc"], .refused(.ambiguousCredentials)),
  (["Digest username=\"a, Bearer b\", realm=\"x\", nonce = \"y\""], .refused(.invalidAuthHeader)),
  (["DPoP abc"], .refused(.invalidAuthHeader)),
  (["abc"], .refused(.invalidAuthHeader)),
  (["Bearer abc", "Bearer abc"], .refused(.ambiguousCredentials)),
  (["Basic eDp5", "Bearer abc"], .refused(.ambiguousCredentials)),
]

@Test(arguments: table.indices)
func A36_authorizationHeader(row: Int) {
  let (fields, expected) = table[row]
  #expect(read(fields) == expected, "\(fields)")
}

/// A key that was sent without "Bearer" is a secret all the same.
@Test(arguments: ["sk_live_51J8", "sk_live_0123456789abcdef x", "c2VjcmV0/c2VjcmV0 x", "c2VjcmV0=="])
func aTokenSentWithoutItsSchemeIsNotShown(field: String) {
  #expect(!message(field).contains(field.prefix(8)))
  #expect(message(field).contains("no scheme"))
  #expect(message("Basic eDp5").contains("\"Basic\""))
}

private func message(_ field: String) -> String {
  do throws(AuthError) {
    try ByteString(field).withUnsafeBytes { (bytes) throws(AuthError) in
      _ = try BearerCredential(field: bytes, count: 1)
    }
    return ""
  } catch {
    return error.message.string
  }
}
