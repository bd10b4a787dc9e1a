import JSON
import Support

/// What a verifier needs of authorization server metadata (RFC 8414): that it is the issuer's own, and its keys' URL.
struct MetadataRules {
  /// What `issuer` must be, to the byte (RFC 8414 section 3.3, attack A23).
  let issuer: ByteString
  /// Or this.
  var otherIssuer: ByteString?
  /// As the configuration names it, where that is something else.
  var configuredIssuer: ByteString?
  /// Where jwks_uri may be http.
  let http: HTTPReach

  /// What is read of `json`, which came from `origin`: METADATA_INVALID or JWKS_URI_MISSING.
  func read(_ json: ByteString, from origin: Diagnostic) throws(AuthError) -> (issuer: ByteString, jwksURI: HTTPURL) {
    let root = try parse(json, origin)
    return (issuer: try checkedIssuer(root, origin), jwksURI: try keySetURL(root, from: origin))
  }

  /// The name that `json` gives the issuer, if it is a right one.
  func issuer(in json: ByteString) -> ByteString? {
    do throws(AuthError) {
      return try checkedIssuer(try parse(json, "the given metadata"), "the given metadata")
    } catch {
      return nil
    }
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
    if let reason = schemeRefusal(url, http) {
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

  private func checkedIssuer(_ root: JSONValue, _ origin: Diagnostic) throws(AuthError) -> ByteString {
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
    return named
  }

  private func invalid(_ origin: Diagnostic, _ why: Diagnostic) -> AuthError {
    AuthError(.metadataInvalid, "\(origin) of issuer \(quoted(issuer)) \(why)")
  }
}
