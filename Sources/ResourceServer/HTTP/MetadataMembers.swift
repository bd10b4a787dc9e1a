import JSON
import Support

/// The shapes of the members of protected resource metadata (RFC 9728 section 2) that a host may set itself.
///
/// What follows from other settings cannot be set here, and neither can a promise that this library does not keep.
enum MetadataMembers {
  static func check(_ members: JSONValue) throws(AuthError) {
    var failure: AuthError?
    members.forEachMember { name, value in
      guard failure == nil else { return }
      do throws(AuthError) {
        try check(name, value)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private static func check(_ name: ByteString, _ value: JSONValue) throws(AuthError) {
    func refuse(_ why: Diagnostic) -> AuthError {
      AuthError(.invalidArgument, "resource metadata member \(quoted(name)) \(why)")
    }
    // Names of people's languages follow a # (RFC 9728 section 2.1).
    let base = ByteString(name.bytes.prefix { $0 != UInt8(ascii: "#") })
    switch base {
    case "resource": throw refuse("is the resource given to mcpauth_config_new")
    case "authorization_servers": throw refuse("are the issuers added with mcpauth_config_add_issuer")
    case "scopes_supported": throw refuse("are set with mcpauth_config_add_advertised_scope")
    case "bearer_methods_supported": throw refuse("is always [\"header\"]: tokens are read nowhere else")
    case "resource_name":
      guard value.string != nil else { throw refuse("has to be a string") }
    case "jwks_uri", "resource_documentation", "resource_policy_uri", "resource_tos_uri":
      guard let text = value.string else { throw refuse("has to be a string") }
      let url: HTTPURL
      do throws(AuthError) {
        url = try HTTPURL(text, what: "URL")
      } catch {
        throw refuse("cannot be used: " + error.message)
      }
      guard url.isHTTPS else { throw refuse("has to be an https URL") }
    case "resource_signing_alg_values_supported", "authorization_details_types_supported",
      "dpop_signing_alg_values_supported":
      guard isArrayOfStrings(value) else { throw refuse("has to be an array of strings, not empty") }
    case "tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens_required":
      guard let flag = value.bool else { throw refuse("has to be true or false") }
      guard !flag else { throw refuse("cannot be true: this version verifies no bound tokens") }
    case "signed_metadata":
      guard value.string?.bytes.filter({ $0 == UInt8(ascii: ".") }).count == 2 else { throw refuse("has to be a JWT") }
    default: break
    }
  }

  private static func isArrayOfStrings(_ value: JSONValue) -> Bool {
    guard value.kind == .array, value.count > 0 else { return false }
    return (0..<value.count).allSatisfy { value.element($0)?.string != nil }
  }
}
