import JSON
import Support

/// What a verifier needs of authorization server metadata (RFC 8414): that it is the issuer's own, and its keys' URL.
struct MetadataRules {
  /// What `issuer` must be, to the byte (RFC 8414 section 3.3, attack A23).
  let issuer: ByteString
  /// Or this.
  var otherIssuer: ByteString?
  let allowsHTTPOnLoopback: Bool

  /// The jwks_uri of `json`, which came from `place`: METADATA_INVALID or JWKS_URI_MISSING.
  @inline(never)
  func read(_ json: ByteString, from place: Message) throws(Failure) -> HTTPURL {
    let root = try parse(json, place)
    try checkIssuer(root, place)
    return try keySetURL(root, from: place)
  }

  func accepts(_ named: ByteString) -> Bool { named == issuer || named == otherIssuer }

  /// The jwks_uri alone.
  func keySetURL(_ root: JSONValue, from place: Message) throws(Failure) -> HTTPURL {
    guard let member = root.member("jwks_uri") else {
      throw Failure(
        .jwksURIMissing,
        "\(place) of issuer \(quoted(issuer)) has no jwks_uri; set the key set's URL with mcpauth_issuer_set_jwks_uri")
    }
    guard let text = member.string else { throw invalid(place, "has a jwks_uri that is not a string") }
    let url: HTTPURL
    do throws(Failure) {
      url = try HTTPURL(text, what: "jwks_uri")
    } catch {
      throw invalid(place, "cannot be used: " + error.message)
    }
    if let reason = schemeRefusal(url, allowsHTTPOnLoopback: allowsHTTPOnLoopback) {
      throw invalid(place, "has a jwks_uri, \(quoted(text)), that cannot be fetched: \(reason)")
    }
    return url
  }

  private func parse(_ json: ByteString, _ place: Message) throws(Failure) -> JSONValue {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument.parse(json).root
    } catch {
      throw invalid(place, "is not strict JSON: \(error.message)")
    }
    guard root.kind == .object else { throw invalid(place, "is not a JSON object") }
    return root
  }

  private func checkIssuer(_ root: JSONValue, _ place: Message) throws(Failure) {
    guard let member = root.member("issuer") else { throw invalid(place, "names no issuer") }
    guard let named = member.string else { throw invalid(place, "has an issuer that is not a string") }
    guard accepts(named) else {
      let mend: Message =
        named == issuer + "/" || issuer == named + "/"
        ? " (only a trailing / differs); configure the issuer as tokens spell it, or call "
          + "mcpauth_issuer_ignore_trailing_slash"
        : "; configure the issuer as tokens and metadata spell it, or, where these differ, the metadata's with "
          + "mcpauth_issuer_set_metadata_issuer"
      throw Failure(
        .metadataInvalid,
        "\(place) names the issuer \(quoted(named)), not the configured \(quoted(issuer)), to which it must be equal to "
          + "the byte (RFC 8414 section 3.3)" + mend,
        cause: .mismatch(expected: [issuer], actual: [named]))
    }
  }

  private func invalid(_ place: Message, _ why: Message) -> Failure {
    Failure(.metadataInvalid, "\(place) of issuer \(quoted(issuer)) \(why)")
  }
}
