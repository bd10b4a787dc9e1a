import JSON
import Support
import Testing

@testable import ResourceServer

private func isAccepted(_ json: String) throws -> Bool {
  let members = try JSONDocument.parse(ByteString(json)).root
  do throws(AuthError) {
    try MetadataMembers.check(members)
    return true
  } catch {
    #expect(error.result == .invalidArgument)
    return false
  }
}

@Test(arguments: [
  "{}", #"{"resource_name":"Notes","resource_name#de":"Notizen"}"#, #"{"resource_policy_uri":"https://h/p?x=1"}"#,
  #"{"resource_signing_alg_values_supported":["ES256"],"dpop_bound_access_tokens_required":false}"#,
  #"{"signed_metadata":"a.b.c","x_extension":[1]}"#,
])
func aMemberOfTheRightShapeIsPublished(json: String) throws { #expect(try isAccepted(json)) }

@Test(arguments: [
  #"{"resource":"https://other"}"#, #"{"authorization_servers":[]}"#, #"{"scopes_supported":["a"]}"#,
  #"{"bearer_methods_supported":["query"]}"#, #"{"resource_name":1}"#, #"{"resource_name#de":1}"#,
  #"{"resource_tos_uri":"http://h/"}"#, #"{"jwks_uri":"x"}"#, #"{"authorization_details_types_supported":[]}"#,
  #"{"resource_signing_alg_values_supported":["ES256",1]}"#, #"{"dpop_bound_access_tokens_required":true}"#,
  #"{"tls_client_certificate_bound_access_tokens":true}"#, #"{"signed_metadata":"a.b"}"#,
])
func aMemberThatWouldMisleadIsRefused(json: String) throws { #expect(try !isAccepted(json)) }
