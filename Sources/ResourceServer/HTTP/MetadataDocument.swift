import JSON
import Support

/// One public JSON document at one path, and the answers to requests for it. Nothing of a request goes into it.
final class MetadataDocument: Sendable {
  private let path, decodedPath: ByteString
  private let document, head, preflight, wrongMethod: Response
  private let cors: CORS

  init(path: ByteString, body: ByteString, cors: CORS) {
    self.path = path
    decodedPath = percentDecoded(path) ?? path
    self.cors = cors
    let type = Response.Header("Content-Type", "application/json")
    document = Response(status: 200, headers: [type] + cors.headers, body: body)
    head = Response(status: 200, headers: [type] + cors.headers, body: "")
    preflight = Response(status: 204, headers: cors.headers, body: "")
    wrongMethod = Response(
      status: 405, headers: cors.headers + [Response.Header("Allow", "GET, HEAD, OPTIONS")], body: "")
  }

  /// The same document saying something else.
  func with(body: ByteString) -> MetadataDocument { MetadataDocument(path: path, body: body, cors: cors) }

  /// nil when `path`, its query aside, is not the document's. Escapes may be spelled in any way, or be decoded already
  /// (RFC 3986 section 6.2.2): the document is public, so that a path too many gives nothing away.
  func response(method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Response? {
    let asked = UnsafeRawBufferPointer(rebasing: path.prefix { $0 != UInt8(ascii: "?") })
    guard asked.elementsEqual(self.path.bytes) || isOtherSpelling(asked) else { return nil }
    guard method.count <= 8 else { return wrongMethod }
    switch ByteString(method) {
    case "GET": return document
    case "HEAD": return head
    case "OPTIONS": return preflight
    default: return wrongMethod
    }
  }

  private func isOtherSpelling(_ path: UnsafeRawBufferPointer) -> Bool {
    // An escape is three bytes for one.
    guard (decodedPath.count...3 * decodedPath.count).contains(path.count) else { return false }
    return percentDecoded(ByteString(path)) == decodedPath
  }
}

/// The documents of one resource.
struct MetadataDocuments: Sendable {
  private let metadata: ProtectedResourceMetadata
  /// Of the resource itself: at each of its paths.
  private let ofResource: [MetadataDocument]
  private let ofServer: MetadataDocument?
  /// No shorter path is that of a document, however it is spelled.
  let shortestPath: Int

  init(_ configuration: Configuration, resource: ProtectedResource) throws(AuthError) {
    metadata = ProtectedResourceMetadata(configuration, resource: resource)
    let cors = configuration.metadata.cors
    let body = try metadata.text(issuers: metadata.issuers)
    var paths = [resource.metadataPath]
    if configuration.metadata.atRoot { paths.append(ProtectedResource.wellKnownPath) }
    if let url = configuration.metadata.url { paths += pathsBehindGateway(url.path, resource: resource.path) }
    var documents: [MetadataDocument] = []
    var shortest = ProtectedResource.wellKnownPath.count
    for path in withoutRepetition(paths) {
      documents.append(MetadataDocument(path: path, body: body, cors: cors))
      shortest = min(shortest, (percentDecoded(path) ?? path).count)
    }
    ofResource = documents
    shortestPath = shortest
    guard let server = configuration.metadata.authorizationServer else {
      ofServer = nil
      return
    }
    let issuer = server.member("issuer")?.string ?? ""
    guard configuration.issuers.contains(where: { $0.identifier == issuer }) else {
      throw AuthError(
        .invalidConfig,
        "the authorization server metadata to be served is of issuer \(quoted(issuer)), which is not trusted; add it "
          + "with mcpauth_config_add_issuer")
    }
    ofServer = MetadataDocument(
      path: "/.well-known/oauth-authorization-server", body: server.serialized(), cors: cors)
  }

  /// `issuers` as they are known to name themselves by now; asked where a document is asked for.
  func response(
    method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, issuers: () -> [ByteString]
  ) throws(AuthError) -> Response? {
    for document in ofResource {
      guard let response = document.response(method: method, path: path) else { continue }
      let issuers = issuers()
      guard issuers != metadata.issuers else { return response }
      return document.with(body: try metadata.text(issuers: issuers)).response(method: method, path: path)
    }
    return ofServer?.response(method: method, path: path)
  }
}

/// `path`, and what a gateway leaves of it that strips some of what the resource's path begins with, too.
private func pathsBehindGateway(_ path: ByteString, resource: ByteString) -> [ByteString] {
  let slash = UInt8(ascii: "/")
  let common = resource.split(separator: slash)
  var rest = path
  var paths = [path]
  for (segment, shared) in zip(path.split(separator: slash), common) {
    guard segment == shared else { break }
    rest = rest.dropFirst(segment.count + 1)
    if rest.count > 1 { paths.append(rest) }
  }
  return paths
}
