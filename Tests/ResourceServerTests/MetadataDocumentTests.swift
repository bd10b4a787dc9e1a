import Support
import Testing

@testable import ResourceServer

private func ask(_ server: TestVerifier, _ path: String, method: String = "GET") -> Response? {
  TestRequest(method: method, path: path).read { server.verifier.wellKnown(method: $0.method, path: $0.path) }
}

private let wellKnown = "/.well-known/oauth-protected-resource"

@Test func theDocumentIsWhereTheResourceIs() throws {
  let server = try TestVerifier()
  let response = try #require(ask(server, wellKnown + "/mcp"))
  #expect(response.status == 200)
  #expect(
    String(decoding: response.body, as: UTF8.self)
      == #"{"resource":"https://api.example/mcp","authorization_servers":["https://as.example"],"#
      + #""bearer_methods_supported":["header"]}"#)
  for other in ["/mcp", "", "/", wellKnown, wellKnown + "/mcp/", wellKnown + "/MCP", "/x" + wellKnown + "/mcp"] {
    #expect(ask(server, other) == nil, "\(other)")
  }
}

@Test func aQueryIsNoPartOfThePath() throws {
  let server = try TestVerifier()
  for query in ["?", "?x=1", "?x=/mcp"] { #expect(ask(server, wellKnown + "/mcp" + query)?.status == 200, "\(query)") }
  #expect(ask(server, wellKnown + "?/mcp") == nil)
  #expect(ask(server, wellKnown + "/mcp%3Fx") == nil)
}

@Test func anEscapeMayBeSpelledOtherwise() throws {
  let server = try TestVerifier(resource: "https://api.example/arn%3Aaws")
  for path in ["/arn%3Aaws", "/arn%3aaws", "/arn:aws", "/%61rn:aws"] {
    #expect(ask(server, wellKnown + path)?.status == 200, "\(path)")
  }
  for path in ["/arn%253Aaws", "/arn%3AAWS", "/arn%3Aaws%", "/arn%3Aaws%00"] {
    #expect(ask(server, wellKnown + path) == nil)
  }
}

@Test(arguments: [
  ("GET", 200), ("HEAD", 200), ("OPTIONS", 204), ("POST", 405), ("get", 405), ("", 405), ("GETGETGETGET", 405),
])
func eachMethodHasItsAnswer(method: String, status: Int) throws {
  let response = try #require(ask(try TestVerifier(), wellKnown + "/mcp", method: method))
  #expect(response.status == status)
  #expect(response.body.isEmpty == (method != "GET"))
}

@Test func scopesAndMembersArePublished() throws {
  let server = try TestVerifier { configuration in
    try configuration.addRequiredScope("read")
    try configuration.addOperationScope(.tool, "wipe", "write")
    try ByteString(#"{"resource_name":"Notes"}"#).withUnsafeBytes { try configuration.setResourceMetadata(json: $0) }
    configuration.serveMetadataAtRoot()
  }
  let own = try #require(ask(server, wellKnown + "/mcp"))
  let text = String(decoding: own.body, as: UTF8.self)
  #expect(text.contains(#""scopes_supported":["read","write"]"#) && text.contains(#""resource_name":"Notes""#))
  #expect(ask(server, wellKnown).map { ByteString($0.body) } == ByteString(own.body))
}

@Test func theAuthorizationServersMetadataIsOfATrustedIssuer() throws {
  let good: ByteString = #"{"issuer":"https://as.example","authorization_endpoint":"https://as.example/authorize"}"#
  let other: ByteString = #"{"issuer":"https://other.example"}"#
  func serving(_ text: ByteString) throws -> TestVerifier {
    try TestVerifier { configuration in
      try text.withUnsafeBytes { try configuration.serveAuthorizationServerMetadata(json: $0) }
    }
  }
  let response = try #require(ask(try serving(good), "/.well-known/oauth-authorization-server"))
  #expect(ByteString(response.body) == good)
  #expect(throws: AuthError.self) { try serving(other) }
}
