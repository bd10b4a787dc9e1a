import JSON
import Support

/// What a verifier needs of authorization server metadata (RFC 8414): that it is the issuer's own, and its keys' URL.
struct MetadataRules {
  /// What `issuer` must be, to the byte (RFC 8414 section 3.3, attack A23).
  let issuer: ByteString
  /// Or this.
  var otherIssuer: ByteString?
  let allowsHTTPOnLoopback: Bool

  /// The jwks_uri of `json`, which came from `origin`: METADATA_INVALID or JWKS_URI_MISSING.
  @inline(never)
  func read(_ json: ByteString, from origin: Diagnostic) throws(AuthError) -> HTTPURL {
    let root = try parse(json, origin)
    try checkIssuer(root, origin)
    return try keySetURL(root, from: origin)
  }

  func accepts(_ named: ByteString) -> Bool { named == issuer || named == otherIssuer }

  /// The jwks_uri alone.
  func keySetURL(_ root: JSONValue, from origin: Diagnostic) throws(AuthError) -> HTTPURL {
    guard let member = root.member("jwks_uri") else {
      throw AuthError(
        .jwksURIMissing,
        "\(origin) of issuer \(quoted(issuer)) has no jwks_uri; set the key set's URL with mcpauth_issuer_set_jwks_uri")
    }
    guard let text = member.string else { throw invalid(origin, "has a jwks_uri that is not a string") }
    let url: HTTPURL
    do throws(AuthError) {
      url = try HTTPURL(text, what: "jwks_uri")
    } catch {
      throw invalid(origin, "cannot be used: " + error.message)
    }
    if let reason = schemeRefusal(url, allowsHTTPOnLoopback: allowsHTTPOnLoopback) {
      throw invalid(origin, "has a jwks_uri, \(quoted(text)), that cannot be fetched: \(reason)")
    }
    return url
  }

  private func parse(_ json: ByteString, _ origin: Diagnostic) throws(AuthError) -> JSONValue {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument.parse(json).root
    } catch {
      throw error.failure(.metadataInvalid, "\(origin) of issuer \(quoted(issuer))")
    }
    guard root.kind == .object else { throw invalid(origin, "is not a JSON object") }
    return root
  }

  private func checkIssuer(_ root: JSONValue, _ origin: Diagnostic) throws(AuthError) {
    guard let member = root.member("issuer") else { throw invalid(origin, "names no issuer") }
    guard let named = member.string else { throw invalid(origin, "has an issuer that is not a string") }
    guard accepts(named) else {
      let hint: Diagnostic =
        named == issuer + "/" || issuer == named + "/"
        ? " (only a trailing / differs); configure the issuer as tokens spell it, or call "
          + "mcpauth_issuer_ignore_trailing_slash"
        : "; configure the issuer as tokens and metadata spell it, or, where these differ, the metadata's with "
          + "mcpauth_issuer_set_metadata_issuer"
      throw AuthError(
        .metadataInvalid,
        "\(origin) names the issuer \(quoted(named)), not the configured \(quoted(issuer)), to which it must be equal to "
          + "the byte (RFC 8414 section 3.3)" + hint,
        cause: .mismatch(expected: [issuer], actual: [named]))
    }
  }

  private func invalid(_ origin: Diagnostic, _ why: Diagnostic) -> AuthError {
    AuthError(.metadataInvalid, "\(origin) of issuer \(quoted(issuer)) \(why)")
  }
}
