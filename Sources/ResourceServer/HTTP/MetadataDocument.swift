import JSON
import Support

/// One public JSON document at one path, and the answers to requests for it. Built once, from configuration: nothing of a
/// request goes into it.
final class MetadataDocument: Sendable {
  private let path: ByteString
  private let document, preflight, wrongMethod: Response

  init(path: ByteString, body: ByteString) {
    self.path = path
    document = Response(
      status: 200, headers: [Response.Header("Content-Type", "application/json")] + CORS.headers, body: body)
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

/// The documents of one resource.
struct MetadataDocuments: Sendable {
  private let documents: [MetadataDocument]

  init(_ configuration: Configuration, resource: ProtectedResource) throws(AuthError) {
    let body = try protectedResourceMetadata(configuration, resource: resource)
    var documents = [MetadataDocument(path: resource.metadataPath, body: body)]
    if configuration.metadata.atRoot, resource.metadataPath != ProtectedResource.wellKnownPath {
      documents.add(MetadataDocument(path: ProtectedResource.wellKnownPath, body: body))
    }
    if let server = configuration.metadata.authorizationServer {
      let issuer = server.member("issuer")?.string ?? ""
      guard configuration.issuers.contains(where: { $0.identifier == issuer }) else {
        throw AuthError(
          .invalidConfig,
          "the authorization server metadata to be served is of issuer \(quoted(issuer)), which is not trusted; add it "
            + "with mcpauth_config_add_issuer")
      }
      documents.add(
        MetadataDocument(path: "/.well-known/oauth-authorization-server", body: server.serialized()))
    }
    self.documents = documents
  }

  func response(method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Response? {
    for document in documents {
      if let response = document.response(method: method, path: path) { return response }
    }
    return nil
  }
}
