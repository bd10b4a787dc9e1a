import Support

/// What lets a browser's script read a response (the Fetch standard's CORS protocol): metadata is public, and browser
/// clients need the status, the challenge and the time to come back. Nothing, where the host has a policy of its own.
struct CORS: Sendable {
  let isOn: Bool

  /// Of metadata, which anybody may read.
  var headers: [Response.Header] {
    guard isOn else { return [] }
    return [
      Response.Header("Access-Control-Allow-Origin", "*"),
      Response.Header("Access-Control-Allow-Methods", "GET, OPTIONS"),
      Response.Header("Access-Control-Allow-Headers", "*"),
    ]
  }

  /// Those of a denial, whatever its status.
  var headersOfDenial: [Response.Header] {
    guard isOn else { return [] }
    return headers + [Response.Header("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")]
  }

  /// The answer to a browser that asks before it sends a token to another origin: the resource is asked by POST, and by
  /// GET and DELETE before MCP 2026-07-28. Authorization has to be named, as the asterisk does not include it.
  func preflight(for origin: ByteString) -> Response {
    Response(
      status: 204,
      headers: [
        Response.Header("Access-Control-Allow-Origin", origin),
        Response.Header("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"),
        Response.Header(
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, *"
        ),
        Response.Header("Access-Control-Max-Age", "600"), Response.Header("Vary", "Origin"),
      ], body: "")
  }

  /// What the host adds to its own answers to that origin.
  func headersOfAnswer(to origin: ByteString) -> Response {
    Response(
      status: 200,
      headers: [
        Response.Header("Access-Control-Allow-Origin", origin),
        Response.Header(
          "Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After, Mcp-Session-Id, Mcp-Protocol-Version"),
        Response.Header("Vary", "Origin"),
      ], body: "")
  }
}
