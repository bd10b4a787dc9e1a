import JSON
import ResourceServer
import Support
import Testing

private let claims = """
  {"sub":"alice","realm_access":{"roles":["user","admin"]},"resource_access":{"my-app":{"roles":["writer"]}},
   "https://example.com/roles":["boss"],"a/b":{"~":1},"":{"x":2}}
  """

private func text(at path: ByteString, clientID: ByteString? = "my-app") throws -> ByteString? {
  let root = try JSONDocument.parse(ByteString(claims)).root
  let client = clientID.map { id in id.withUnsafeBytes { BorrowedText($0) } }
  return try withExtendedLifetime(client) {
    try ClaimPath(path).value(in: root, clientID: client.map { TextView($0.bytes) })?.serialized()
  }
}

@Test(arguments: [
  ("sub", "\"alice\""), ("realm_access.roles", "[\"user\",\"admin\"]"), ("realm_access.roles.1", "\"admin\""),
  ("/realm_access/roles/0", "\"user\""), ("resource_access.{client}.roles", "[\"writer\"]"),
  ("/https:~1~1example.com~1roles", "[\"boss\"]"), ("/a~1b/~0", "1"),
])
func aClaimIsFoundByItsPath(path: String, value: String) throws {
  #expect(try text(at: ByteString(path)) == ByteString(value))
}

@Test(arguments: [
  "nobody", "sub.x", "realm_access.roles.2", "realm_access.roles.-1", "realm_access.roles.01x",
  "https://example.com/roles",
])
func whatIsNotThereIsNotFound(path: String) throws {
  #expect(try text(at: ByteString(path)) == nil)
}

@Test func thePlaceholderNeedsAClient() throws {
  #expect(try text(at: "resource_access.{client}.roles", clientID: nil) == nil)
  #expect(try text(at: "resource_access.{client}.roles", clientID: "other") == nil)
}

@Test(arguments: ["", "a..b", ".", "/", "//x", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", "a\u{0}b"])
func aBadPathIsRefused(path: String) {
  #expect(throws: AuthError.self) { try ClaimPath(ByteString(path)) }
}
