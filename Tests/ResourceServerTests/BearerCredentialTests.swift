import Foundation
import ResourceServer
import Support
import Testing

/// A row of the table that C and Python read too: the Authorization fields of one request, and the result's name.
private struct Row: Decodable {
  let fields: [String]
  let result: String
}

private struct Table: Decodable { let rows: [Row] }

private let table: [Row] = {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  let path = folder.appendingPathComponent("vectors/authorization.json")
  return (try? JSONDecoder().decode(Table.self, from: Data(contentsOf: path)))?.rows ?? []
}()

private let names: [ResultCode: String] = [
  .missingAuthHeader: "MISSING_AUTH_HEADER", .invalidAuthHeader: "INVALID_AUTH_HEADER",
  .missingBearerToken: "MISSING_BEARER_TOKEN", .ambiguousCredentials: "AMBIGUOUS_CREDENTIALS",
]

/// The result's name; the credential has to be the token alone.
private func read(_ fields: [String]) -> String {
  do throws(AuthError) {
    guard let first = fields.first else {
      _ = try BearerCredential(field: nil, count: 0)
      return "OK"
    }
    return try ByteString(first).withUnsafeBytes { (bytes) throws(AuthError) -> String in
      let token = try BearerCredential(field: bytes, count: fields.count).token
      return token.elementsEqual("TOKEN".utf8) ? "OK" : "another token"
    }
  } catch {
    return names[error.result] ?? "another result"
  }
}

@Test func A36_theTableIsThere() { #expect(table.count > 40) }

@Test(arguments: table.indices)
func A36_authorizationHeader(row: Int) {
  #expect(read(table[row].fields) == table[row].result, "\(table[row].fields)")
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
