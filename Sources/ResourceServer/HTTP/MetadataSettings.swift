import JSON
import Support

/// What a configuration publishes beside what follows from its other settings.
struct MetadataSettings: Sendable {
  /// Further members of the protected resource metadata (RFC 9728 section 2), an object.
  var members: JSONValue?
  var atRoot = false
  /// Where clients find it, in place of the resource's well-known URL.
  var url: HTTPURL?
  var cors = CORS(isOn: true)
  /// An authorization server's metadata for clients of revision 2025-03-26, as JSON.
  var authorizationServer: JSONValue?
}

extension Configuration {
  public func setResourceMetadata(json: UnsafeRawBufferPointer) throws(AuthError) {
    let members = try Self.object(json, "resource metadata")
    try MetadataMembers.check(members)
    metadata.members = members
  }

  public func serveMetadataAtRoot() { metadata.atRoot = true }

  public func setMetadataURL(_ text: ByteString) throws(AuthError) {
    let url = try HTTPURL(text, what: "metadata URL")
    guard url.isHTTPS || resource?.isHTTPS == false else {
      throw AuthError(.invalidArgument, "metadata URL \(quoted(text)) is http, and the resource is not; use https")
    }
    guard url.normalForm == text, url.query.isEmpty, url.path.count > 1 else {
      throw AuthError(
        .invalidArgument,
        "metadata URL \(quoted(text)) is not in normal form (RFC 3986 section 6.2.2), has a query or has no path; write it as "
          + "clients are to ask for it, such as https://host/prefix/.well-known/oauth-protected-resource")
    }
    guard text != resource?.identifier else {
      throw AuthError(.invalidArgument, "metadata URL \(quoted(text)) is the resource itself; choose another path")
    }
    metadata.url = url
  }
  public func disableCrossOriginHeaders() { metadata.cors = CORS(isOn: false) }

  /// INVALID_CONFIG where its issuer is none that this configuration trusts: judged when the verifier is made.
  public func serveAuthorizationServerMetadata(json: UnsafeRawBufferPointer) throws(AuthError) {
    let document = try Self.object(json, "authorization server metadata")
    guard document.member("issuer")?.string != nil else {
      throw AuthError(.invalidArgument, "the authorization server metadata names no issuer (RFC 8414 section 2)")
    }
    metadata.authorizationServer = document
  }

  private static func object(_ json: UnsafeRawBufferPointer, _ what: StaticString) throws(AuthError) -> JSONValue {
    try ConfigurationLimits.check(json: json, what)
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument.parse(json).root
    } catch {
      throw error.failure(.invalidArgument, "the \(what)")
    }
    guard root.kind == .object else { throw AuthError(.invalidArgument, "the \(what) is not a JSON object") }
    return root
  }
}
