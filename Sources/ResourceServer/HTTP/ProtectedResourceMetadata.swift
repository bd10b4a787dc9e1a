import JSON
import Support

/// What the protected resource metadata document says (RFC 9728 section 2). Members without a value are left out.
struct ProtectedResourceMetadata: Sendable {
  private let resource: ByteString
  private let scopes: [ByteString]
  private let members: JSONValue?
  /// As configured.
  let issuers: [ByteString]

  init(_ configuration: Configuration, resource: ProtectedResource) {
    self.resource = resource.identifier
    scopes = configuration.scopes.supported
    members = configuration.metadata.members
    issuers = configuration.issuers.map { $0.identifier }
  }

  /// The document with these authorization servers in it.
  func text(issuers: [ByteString]) throws(AuthError) -> ByteString {
    let document = JSONObjectBuilder()
    document.set("resource", resource)
    if !issuers.isEmpty { document.set("authorization_servers", withoutRepetition(issuers)) }
    if !scopes.isEmpty { document.set("scopes_supported", scopes) }
    document.set("bearer_methods_supported", ["header"])
    if let members { document.addMissing(from: members) }
    return try document.completeText()
  }
}
