import JSON
import Support

/// Judges authorization server metadata by what MCP asks of it (RFC 8414, RFC 7636, RFC 7591): all that is wrong at
/// once. `json` is the document's text, `issuer` what its `issuer` must be. An empty report is a good one.
public func metadataReport(
  _ json: ByteString, issuer: ByteString, allowsHTTPOnLoopback: Bool = false
) -> [MetadataFinding] {
  metadataReport(json, MetadataRules(issuer: issuer, allowsHTTPOnLoopback: allowsHTTPOnLoopback))
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
  @inline(never)
  mutating func add(_ code: MetadataFinding.Code, _ message: consuming Diagnostic) {
    append(MetadataFinding(code: code, message: message))
  }

  @inline(never)
  fileprivate mutating func complain(_ name: Literal, _ why: Literal) {
    add(.invalidServerMetadata, "the metadata's \"\(name)\" \(why)")
  }
}

/// The members that a client reads: required ones present, all of their type (RFC 8414 section 2).
private func shapeFindings(_ root: JSONValue) -> [MetadataFinding] {
  let members: [(name: Literal, isList: Bool, isRequired: Bool)] = [
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
  if let named = root.member("issuer")?.string, !rules.accepts(named) {
    findings.add(
      .issuerMismatch,
      "the metadata names the issuer \(quoted(named)), not \(quoted(rules.issuer)); tokens are accepted only when "
        + "both are equal to the byte (RFC 8414 section 3.3)")
  }
  do throws(AuthError) {
    _ = try rules.keySetURL(root, from: "the metadata")
  } catch {
    let code: MetadataFinding.Code = error.result == .jwksURIMissing ? .missingJWKSURI : .invalidServerMetadata
    findings.add(code, error.message)
  }
  return findings
}

/// What MCP clients need: the authorization code flow with PKCE, and a way to register.
private func supportFindings(_ root: JSONValue) -> [MetadataFinding] {
  var findings: [MetadataFinding] = []
  let responseTypes = root.member("response_types_supported")?.strings ?? []
  if !responseTypes.contains(where: { $0.split(separator: UInt8(ascii: " ")).contains("code") }) {
    findings.add(
      .codeResponseTypeNotSupported,
      "response_types_supported has no \"code\"; enable the authorization code flow")
  }
  // RFC 8414 section 2: absent means authorization_code and implicit.
  if let grants = root.member("grant_types_supported")?.strings, !grants.contains("authorization_code") {
    findings.add(
      .authorizationCodeGrantNotSupported,
      "grant_types_supported has no \"authorization_code\"; enable the authorization code flow")
  }
  let methods = root.member("code_challenge_methods_supported")?.strings ?? []
  if methods.isEmpty {
    findings.add(
      .pkceNotSupported,
      "code_challenge_methods_supported is missing or empty; MCP clients refuse servers that do not say they have "
        + "PKCE")
  } else if !methods.contains("S256") {
    findings.add(
      .s256CodeChallengeMethodNotSupported,
      "code_challenge_methods_supported is \(quoted(methods)), without \"S256\", which MCP clients must use")
  }
  if root.member("registration_endpoint")?.string == nil {
    findings.add(
      .dynamicRegistrationNotSupported,
      "there is no registration_endpoint (RFC 7591); clients must be registered with the server by hand, or by a "
        + "client ID metadata document")
  }
  return findings
}
