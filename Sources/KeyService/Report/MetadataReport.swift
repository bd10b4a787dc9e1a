import JSON
import Support

/// Judges authorization server metadata by what MCP asks of it (RFC 8414, RFC 7636, RFC 7591): all that is wrong at
/// once. `json` is the document's text, `issuer` what its `issuer` must be. An empty report is a good one.
public func metadataReport(
  _ json: ByteString, issuer: ByteString, http: HTTPReach = .nowhere
) -> [MetadataFinding] {
  metadataReport(json, MetadataRules(issuer: issuer, http: http))
}

func metadataReport(_ json: ByteString, _ rules: MetadataRules) -> [MetadataFinding] {
  do throws(JSONError) {
    let root = try JSONDocument.parse(json).root
    guard root.kind == .object else {
      return [MetadataFinding(code: .invalidServerMetadata, message: "the metadata is not a JSON object")]
    }
    let shape = shapeFindings(root)
    // Members of a wrong type say nothing about what is supported.
    let support = shape.isEmpty ? supportFindings(root) : []
    return shape + useFindings(root, rules) + support
  } catch {
    return [
      MetadataFinding(code: .invalidServerMetadata, message: error.failure(.metadataInvalid, "the metadata").message)
    ]
  }
}

extension [MetadataFinding] {
  mutating func report(_ code: MetadataFinding.Code, _ message: consuming Diagnostic) {
    append(MetadataFinding(code: code, message: message))
  }

  fileprivate mutating func complain(_ name: StaticString, _ why: StaticString) {
    report(.invalidServerMetadata, "the metadata's \"\(name)\" \(why)")
  }
}

/// The members that a client reads: required ones present, all of their type (RFC 8414 section 2).
private func shapeFindings(_ root: JSONValue) -> [MetadataFinding] {
  let members: [(name: StaticString, isList: Bool, isRequired: Bool)] = [
    ("issuer", false, true), ("authorization_endpoint", false, true), ("token_endpoint", false, true),
    ("jwks_uri", false, false), ("registration_endpoint", false, false), ("response_types_supported", true, true),
    ("grant_types_supported", true, false), ("code_challenge_methods_supported", true, false),
  ]
  var findings: [MetadataFinding] = []
  for (name, isList, isRequired) in members {
    guard let member = root.member(name) else {
      if isRequired { findings.complain(name, "is missing") }
      continue
    }
    let isOfItsType = isList ? member.texts != nil : member.text != nil
    guard !isOfItsType, !member.isNull else { continue }
    findings.complain(name, isList ? "is not an array of strings" : "is not a string")
  }
  return findings
}

/// What this library needs: the right issuer, and a key set that may be fetched.
private func useFindings(_ root: JSONValue, _ rules: MetadataRules) -> [MetadataFinding] {
  var findings: [MetadataFinding] = []
  let configured = rules.configuredIssuer ?? rules.issuer
  if let named = root.member("issuer")?.string {
    let differsBySlash = named == configured + "/" || named + "/" == configured
    if !rules.accepts(named) {
      findings.report(
        .issuerMismatch,
        "the metadata names the issuer \(quoted(named)), not \(quoted(rules.issuer)); tokens are accepted only when "
          + "both are equal to the byte (RFC 8414 section 3.3)"
          + (differsBySlash
            ? "; they differ in the slash at the end only: configure the issuer as the metadata names it" : ""))
    } else if differsBySlash {
      findings.report(
        .issuerSlash,
        "the metadata names the issuer \(quoted(named)), and \(quoted(configured)) is configured: until the metadata was "
          + "fetched, clients are told the configured name, compare it byte for byte, and stop; configure the issuer as the "
          + "metadata names it, or have the server call mcpauth_verifier_prefetch before it listens")
    }
  }
  do throws(AuthError) {
    _ = try rules.keySetURL(root, from: "the metadata")
  } catch {
    if error.result == .jwksURIMissing, let endpoint = root.member("introspection_endpoint")?.string {
      findings.report(
        .opaqueTokens,
        "there is no jwks_uri, and there is the introspection_endpoint \(quoted(endpoint)): tokens are opaque, and have to be "
          + "introspected (RFC 7662), which a custom verifier can do")
    } else {
      findings.report(error.result == .jwksURIMissing ? .missingJWKSURI : .invalidServerMetadata, error.message)
    }
  }
  return findings
}

/// What MCP clients need: the authorization code flow with PKCE, and a way to register.
private func supportFindings(_ root: JSONValue) -> [MetadataFinding] {
  var findings: [MetadataFinding] = []
  let responseTypes = root.member("response_types_supported")?.strings ?? []
  if !responseTypes.contains(where: { $0.split(separator: UInt8(ascii: " ")).contains("code") }) {
    findings.report(
      .codeResponseTypeNotSupported,
      "response_types_supported has no \"code\"; enable the authorization code flow")
  }
  // RFC 8414 section 2: absent means authorization_code and implicit.
  if let grants = root.member("grant_types_supported")?.strings, !grants.contains("authorization_code") {
    findings.report(
      .authorizationCodeGrantNotSupported,
      "grant_types_supported has no \"authorization_code\"; enable the authorization code flow")
  }
  let methods = root.member("code_challenge_methods_supported")?.strings ?? []
  if methods.isEmpty {
    findings.report(
      .pkceNotSupported,
      "code_challenge_methods_supported is missing or empty; MCP clients refuse servers that do not say they have "
        + "PKCE")
  } else if !methods.contains("S256") {
    findings.report(
      .s256CodeChallengeMethodNotSupported,
      "code_challenge_methods_supported is \(quoted(methods)), without \"S256\", which MCP clients must use")
  }
  return findings + registrationFindings(root) + tokenFindings(root)
}

/// How clients come by an identifier, and what that asks of the server: client ID metadata documents are what MCP clients
/// of 2026 use, and dynamic registration (RFC 7591) what older ones do.
private func registrationFindings(_ root: JSONValue) -> [MetadataFinding] {
  var findings: [MetadataFinding] = []
  let hasDocuments = root.member("client_id_metadata_document_supported")?.bool == true
  let hasRegistration = root.member("registration_endpoint")?.string != nil
  if !hasDocuments {
    findings.report(
      .clientIDMetadataDocumentNotSupported,
      "client_id_metadata_document_supported is not true: "
        + (hasRegistration
          ? "clients have to register at the registration_endpoint (RFC 7591), which newer ones no longer do"
          : "without a registration_endpoint either, each client has to be registered with the server by hand"))
  }
  let methods = root.member("token_endpoint_auth_methods_supported")?.strings
  if hasDocuments || hasRegistration, methods?.contains("none") != true {
    findings.report(
      .publicClientsNotSupported,
      "token_endpoint_auth_methods_supported "
        + (methods.map { "is \(quoted($0))" } ?? "is missing, which means client_secret_basic (RFC 8414 section 2)")
        + ", without \"none\": clients on people's machines have no secret, and cannot get a token")
  }
  if root.member("authorization_response_iss_parameter_supported")?.bool != true {
    findings.report(
      .authorizationResponseIssNotSupported,
      "authorization_response_iss_parameter_supported is not true (RFC 9207): a client that uses several authorization "
        + "servers cannot tell which one an answer is from")
  }
  return findings
}

/// Whether clients stay logged in.
private func tokenFindings(_ root: JSONValue) -> [MetadataFinding] {
  var findings: [MetadataFinding] = []
  guard let grants = root.member("grant_types_supported")?.strings, grants.contains("authorization_code") else {
    return []
  }
  guard grants.contains("refresh_token") else {
    findings.report(
      .refreshTokenNotSupported,
      "grant_types_supported has no \"refresh_token\": people have to log in again whenever a token expires")
    return findings
  }
  if let scopes = root.member("scopes_supported")?.strings, !scopes.contains("offline_access") {
    findings.report(
      .offlineAccessNotSupported,
      "scopes_supported has no \"offline_access\", by which clients ask for a refresh token; where the server gives one "
        + "without being asked, all is well")
  }
  return findings
}

/// Whether metadata is of a server whose tokens are introspected and not verified with keys.
func isOfOpaqueTokens(_ json: ByteString) -> Bool {
  do throws(JSONError) {
    let root = try JSONDocument.parse(json).root
    return root.member("jwks_uri") == nil && root.member("introspection_endpoint")?.string != nil
  } catch {
    return false
  }
}
