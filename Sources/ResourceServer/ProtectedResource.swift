import Support

/// The identifier of this server (RFC 8707 section 2, RFC 9728 section 1.2): what tokens must be meant for, and where the
/// metadata is published.
public struct ProtectedResource: Sendable {
  public let identifier: ByteString
  /// The path of the metadata document: the well-known part in front of the resource's own path (RFC 9728 section 3.1).
  public let metadataPath: ByteString
  /// The full URL of the metadata document, for the challenge.
  public let metadataURL: ByteString
  /// Scheme, host and port.
  let origin: ByteString
  let path: ByteString
  /// Without the port.
  let host: ByteString
  let isLoopback: Bool
  let isHTTPS: Bool

  static let wellKnownPath: ByteString = "/.well-known/oauth-protected-resource"

  /// `allowsHTTP`: from any host, where others may read and change what is sent.
  public init(_ text: ByteString, allowsHTTP: Bool = false) throws(AuthError) {
    let url = try HTTPURL(text, what: "resource")
    guard url.query.isEmpty else {
      throw AuthError(.invalidArgument, "resource \(quoted(text)) has a query; give the URL without it")
    }
    guard let normalForm = url.normalForm else {
      throw AuthError(
        .invalidArgument,
        "resource \(quoted(text)) has a % that begins no escape (%25 is the sign itself), or brackets without an IPv6 "
          + "address in them")
    }
    guard normalForm == text else {
      throw AuthError(
        .invalidArgument,
        "resource \(quoted(text)) is not in normal form (RFC 3986 section 6.2.2), in which clients compare it: write "
          + quoted(normalForm, limit: HTTPURL.longest))
    }
    guard url.isHTTPS || url.isLoopback || allowsHTTP else {
      throw AuthError(
        .invalidArgument,
        "resource \(quoted(text)) is http; give the https URL that clients use, also behind a proxy that ends TLS (http is for "
          + "loopback hosts, or for mcpauth_config_dangerous_new_with_http_resource)")
    }
    identifier = text
    origin = url.origin
    path = url.path
    host = url.normalHost ?? url.host
    isLoopback = url.isLoopback
    isHTTPS = url.isHTTPS
    metadataPath = Self.wellKnownPath + (url.path == "/" ? "" : url.path)
    metadataURL = url.origin + metadataPath
  }
}
