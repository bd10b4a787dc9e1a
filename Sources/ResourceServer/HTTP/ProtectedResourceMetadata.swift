import JSON
import Support

/// The protected resource metadata document (RFC 9728 section 2). Members without a value are left out.
func protectedResourceMetadata(
  _ configuration: Configuration, resource: ProtectedResource
) throws(AuthError) -> ByteString {
  let members = JSONObjectBuilder()
  let scopes = configuration.scopes.supported
  let issuers = configuration.issuers.map { $0.identifier }
  members.set("resource", resource.identifier)
  if !issuers.isEmpty { members.set("authorization_servers", issuers) }
  if !scopes.isEmpty { members.set("scopes_supported", scopes) }
  members.set("bearer_methods_supported", ["header"])
  if let more = configuration.metadata.members { members.addMissing(from: more) }
  return try members.completeText()
}
