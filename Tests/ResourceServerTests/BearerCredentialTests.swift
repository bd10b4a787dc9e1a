import ResourceServer
import Support
import Testing
import VectorData

/// The credential has to be the token alone.
private func read(_ fields: [String]) -> ResultCode {
  result { () throws(AuthError) in
    guard let first = fields.first else {
      _ = try BearerCredential(field: nil, count: 0)
      return
    }
    try ByteString(first).withUnsafeBytes { (bytes) throws(AuthError) in
      let token = try BearerCredential(field: bytes, count: fields.count).token
      #expect(token.elementsEqual("TOKEN".utf8))
    }
  }
}

@Test func A36_authorizationHeader() {
  for row in RuleTable("authorization").rows() {
    #expect(read(row.texts("fields")) == result(named: row.text("result")), "\(row)")
  }
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
