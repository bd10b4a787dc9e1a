import JSON
import Support

/// The protected resource metadata document (RFC 9728) and the answers to requests for it. Built once, from
/// configuration: nothing of a request goes into it.
struct ProtectedResourceMetadata: Sendable {
  private let path: ByteString
  private let document, preflight, wrongMethod: Response

  init(resource: ProtectedResource, authorizationServers: [ByteString], scopes: [ByteString]) throws(Failure) {
    let members = JSONObjectBuilder()
    members.set("resource", resource.identifier)
    if !authorizationServers.isEmpty { members.set("authorization_servers", authorizationServers) }
    if !scopes.isEmpty { members.set("scopes_supported", scopes) }
    members.set("bearer_methods_supported", ["header"])
    let body = try members.completeText()
    let headers = [Response.Header("Content-Type", "application/json")] + CORS.headers
    path = resource.metadataPath
    document = Response(status: 200, headers: headers, body: body)
    preflight = Response(status: 204, headers: CORS.headers, body: "")
    wrongMethod = Response(
      status: 405, headers: CORS.headers + [Response.Header("Allow", "GET, HEAD, OPTIONS")], body: "")
  }

  /// nil when `path`, its query aside, is not the document's.
  func response(method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Response? {
    guard path.prefix(while: { $0 != UInt8(ascii: "?") }).elementsEqual(self.path.bytes) else { return nil }
    switch ByteString(method) {
    case "GET", "HEAD": return document
    case "OPTIONS": return preflight
    default: return wrongMethod
    }
  }
}
