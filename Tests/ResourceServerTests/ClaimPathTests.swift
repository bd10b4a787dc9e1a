import JSON
import ResourceServer
import Support
import Testing
import VectorData

private let table = RuleTable("claim-paths")

private func text(at path: ByteString, of claims: String, clientID: ByteString?) throws -> ByteString? {
  let root = try JSONDocument.parse(ByteString(claims)).root
  let client = clientID.map { id in id.withUnsafeBytes { BorrowedText($0) } }
  return try withExtendedLifetime(client) {
    try ClaimPath(path).value(in: root, clientID: client.map { TextView($0.bytes) })?.serialized()
  }
}

@Test func aClaimIsFoundByItsPath() throws {
  for row in table.rows() {
    let claims = table.all.row("documents").row(row.text("claims"))
    let client = claims.has("client_id") ? ByteString(claims.text("client_id")) : nil
    let document = try #require(table.all.row("documents").json(row.text("claims")))
    let found = try text(at: ByteString(row.text("path")), of: document, clientID: client)
    #expect(found == (row.has("json") ? ByteString(row.text("json")) : nil), "\(row)")
  }
}

@Test func thePlaceholderNeedsAClient() throws {
  let claims = #"{"resource_access":{"my-app":{"roles":["writer"]}}}"#
  let path: ByteString = "resource_access.{client}.roles"
  #expect(try text(at: path, of: claims, clientID: "my-app") == #"["writer"]"#)
  #expect(try text(at: path, of: claims, clientID: nil) == nil)
  #expect(try text(at: path, of: claims, clientID: "other") == nil)
}

@Test func aBadPathIsRefused() {
  for path in table.texts("bad") {
    #expect(throws: AuthError.self, "\(path)") { try ClaimPath(ByteString(path)) }
  }
}
