import JOSE
import KeyService
import Support
import Testing

private let good = """
  {"issuer":"https://as.example.com","authorization_endpoint":"https://as.example.com/authorize",
   "token_endpoint":"https://as.example.com/token","jwks_uri":"https://keys.example.com/jwks",
   "registration_endpoint":"https://as.example.com/register","response_types_supported":["code"],
   "client_id_metadata_document_supported":true,"authorization_response_iss_parameter_supported":true,
   "token_endpoint_auth_methods_supported":["none"],"scopes_supported":["offline_access"],
   "grant_types_supported":["authorization_code","refresh_token"],"code_challenge_methods_supported":["S256","plain"]}
  """

private func codes(_ json: String) -> [String] {
  metadataReport(ByteString(json), issuer: issuer).map { Diagnostic($0.code.name).string }
}

private func replacing(_ old: String, _ new: String) -> String {
  let parts = good.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
  return parts.count == 2 ? parts[0] + new + parts[1] : "the test does not fit its document"
}

@Test func goodMetadataHasNoFinding() { #expect(codes(good) == []) }

@Test(
  arguments: [
    (#"["code"]"#, #"["token"]"#, ["code_response_type_not_supported"]),
    (#"["code"]"#, #"["id_token code"]"#, []),
    (#"["code"]"#, #"["codex"]"#, ["code_response_type_not_supported"]),
    (#""grant_types_supported":["authorization_code","refresh_token"],"#, "", []),
    (#"["authorization_code","refresh_token"]"#, #"["implicit"]"#, ["authorization_code_grant_not_supported"]),
    (#","code_challenge_methods_supported":["S256","plain"]"#, "", ["pkce_not_supported"]),
    (#"["S256","plain"]"#, "[]", ["pkce_not_supported"]),
    (#"["S256","plain"]"#, #"["plain"]"#, ["s256_code_challenge_method_not_supported"]),
    (#""registration_endpoint":"https://as.example.com/register","#, "", []),
    (#""client_id_metadata_document_supported":true,"#, "", ["client_id_metadata_document_not_supported"]),
    (
      #""client_id_metadata_document_supported":true"#, #""client_id_metadata_document_supported":"true""#,
      ["client_id_metadata_document_not_supported"]
    ),
    (#""authorization_response_iss_parameter_supported":true,"#, "", ["authorization_response_iss_not_supported"]),
    (#""token_endpoint_auth_methods_supported":["none"],"#, "", ["public_clients_not_supported"]),
    (#"["none"]"#, #"["private_key_jwt","None"]"#, ["public_clients_not_supported"]),
    (#","refresh_token""#, "", ["refresh_token_not_supported"]),
    (#"["offline_access"]"#, #"["openid"]"#, ["offline_access_not_supported"]),
    (#""scopes_supported":["offline_access"],"#, "", []),
    (
      #""jwks_uri":"https://keys.example.com/jwks","#, #""introspection_endpoint":"https://as.example.com/i","#,
      ["opaque_tokens"]
    ),
    (#""issuer":"https://as.example.com","#, #""issuer":"https://as.example.com/","#, ["issuer_mismatch"]),
    (#""jwks_uri":"https://keys.example.com/jwks","#, "", ["missing_jwks_uri"]),
    (#""jwks_uri":"https:"#, #""jwks_uri":"http:"#, ["invalid_server_metadata"]),
    (#""token_endpoint":"https://as.example.com/token","#, "", ["invalid_server_metadata"]),
    (#"["code"]"#, #"["code",1]"#, ["invalid_server_metadata"]),
    (#""issuer""#, #""token_endpoint":"","issuer""#, ["invalid_server_metadata"]),
  ] as [(String, String, [String])])
func eachFlawOfMetadataHasItsCode(old: String, new: String, expected: [String]) {
  #expect(codes(replacing(old, new)) == expected)
}

@Test func severalFlawsAreReportedAtOnce() {
  #expect(
    codes(#"{"issuer":"https://x.example.com"}"#)
      == Array(repeating: "invalid_server_metadata", count: 3) + ["issuer_mismatch", "missing_jwks_uri"])
  #expect(codes("[]") == ["invalid_server_metadata"])
  #expect(codes("<html>") == ["invalid_server_metadata"])
}

@Test func onlyWhatClientsCanLiveWithIsAWarning() {
  let warnings = MetadataFinding.Code.allCases.filter { $0.severity == .warning }
  #expect(
    warnings == [
      .clientIDMetadataDocumentNotSupported, .publicClientsNotSupported, .authorizationResponseIssNotSupported,
      .refreshTokenNotSupported, .offlineAccessNotSupported, .issuerSlash, .opaqueTokens, .unusableKey, .ambiguousKey,
    ])
}

/// Forgiven in tokens and in metadata, and yet clients stop at it.
@Test func aSlashThatClientsTripOverIsAFinding() {
  let fetcher = FakeFetcher()
  fetcher.set(
    "https://as.example.com/.well-known/openid-configuration",
    ByteString(replacing(#""issuer":"https://as.example.com""#, #""issuer":"https://as.example.com/""#)))
  fetcher.set(jwksURL, jwks("a"))
  var settings = IssuerSettings(issuer: issuer)
  #expect(IssuerCheck.run(settings, fetcher: fetcher).findings.map(\.code) == [.issuerMismatch])
  settings.otherMetadataIssuer = "https://as.example.com/"
  #expect(IssuerCheck.run(settings, fetcher: fetcher).findings.map(\.code) == [.issuerSlash])
}

/// As a verifier goes on to the next place, so does a check.
@Test func aCheckWalksDiscoveryAsAVerifierDoes() {
  let fetcher = FakeFetcher()
  let second: ByteString = "https://as.example.com/.well-known/openid-configuration"
  let other = replacing(#""issuer":"https://as.example.com""#, #""issuer":"https://other.example.com""#)
  fetcher.set("https://as.example.com/.well-known/oauth-authorization-server", ByteString(other))
  fetcher.set(jwksURL, jwks("a"))
  #expect(IssuerCheck.run(IssuerSettings(issuer: issuer), fetcher: fetcher).findings.map(\.code) == [.issuerMismatch])
  fetcher.set(second, ByteString(good))
  let check = IssuerCheck.run(IssuerSettings(issuer: issuer), fetcher: fetcher)
  #expect(check.findings.isEmpty && check.metadataURL == second)
}

@Test func aCheckLooksAtMetadataAndKeys() {
  let fetcher = FakeFetcher()
  let place: ByteString = "https://as.example.com/.well-known/openid-configuration"
  fetcher.set(place, ByteString(good))
  fetcher.set(jwksURL, ByteString(#"{"keys":[{"kty":"AKP","kid":"pq"},"#) + jwks("a").dropFirst(9))
  let check = IssuerCheck.run(IssuerSettings(issuer: issuer), fetcher: fetcher)
  #expect(check.metadataURL == place)
  #expect(check.jwksURI == jwksURL)
  #expect(check.usableKeys == 1)
  #expect(check.findings.map(\.code) == [.unusableKey])
}

@Test func aCheckSaysWhatCannotBeFetched() {
  let fetcher = FakeFetcher()
  let nothing = IssuerCheck.run(IssuerSettings(issuer: issuer), fetcher: fetcher)
  #expect(nothing.findings.map(\.code) == [.fetchServerConfigError, .fetchServerConfigError])
  #expect(nothing.metadataURL == nil)
  fetcher.set("https://as.example.com/.well-known/oauth-authorization-server", ByteString(good))
  let noKeys = IssuerCheck.run(IssuerSettings(issuer: issuer), fetcher: fetcher)
  #expect(noKeys.findings.map(\.code) == [.fetchJWKSError])
  #expect(noKeys.usableKeys == 0)
  let notAURL = IssuerCheck.run(IssuerSettings(issuer: "nobody"), fetcher: fetcher)
  #expect(notAURL.findings.map(\.code) == [.fetchServerConfigError])
}
