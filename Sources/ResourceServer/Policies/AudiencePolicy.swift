import Support

/// aud (RFC 7519 section 4.1.3, RFC 8707): the token must be meant for this resource. Exact bytes: no prefix, case or
/// slash is forgiven (attack A19), but for the case of an http or https URL's scheme and host, which names the same
/// resource (RFC 3986 section 6.2.2.1), and for one slash at the root of an origin where the configuration asks for it.
final class AudiencePolicy: ClaimPolicy {
  private let accepted: TextIndex
  private let listed: [ByteString]
  private let allowsMissing: Bool

  init(_ settings: AudienceSettings, resource: ProtectedResource) {
    listed = settings.addedAudiences.isEmpty ? [resource.identifier] : settings.addedAudiences
    allowsMissing = settings.allowsMissingAudience
    let spellings = listed + listed.compactMap { withLowercaseOrigin($0) }
    accepted = TextIndex(
      spellings + (settings.ignoresRootSlash ? spellings.compactMap { Self.otherRootSpelling($0) } : []))
  }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    if claims.audiences.contains(where: { accepted.contains($0) || isAcceptedInOtherCase($0) }) { return }
    if allowsMissing, !claims.hasAudience { return }
    let actual = claims.audiences.copied
    throw AuthError(.audienceMismatch, message(actual, claims), cause: .mismatch(expected: listed, actual: actual))
  }

  private func isAcceptedInOtherCase(_ audience: TextView) -> Bool {
    guard audience.count <= HTTPURL.longest, let other = withLowercaseOrigin(ByteString(audience)) else { return false }
    return other.withUnsafeBytes { accepted.contains(TextView($0)) }
  }

  /// `https://host` and `https://host/` are the same URL (RFC 3986 section 6.2.3); with a path a slash makes another.
  private static func otherRootSpelling(_ audience: ByteString) -> ByteString? {
    do throws(AuthError) {
      let url = try HTTPURL(audience, what: "audience")
      guard url.query.isEmpty else { return nil }
      return url.path.isEmpty ? audience + "/" : url.path == "/" ? audience.dropLast(1) : nil
    } catch {
      return nil
    }
  }

  private func message(_ audiences: [ByteString], _ claims: Claims) -> Diagnostic {
    let expected: Diagnostic = listed.count == 1 ? quoted(listed[0]) : "one of \(quoted(listed))"
    let hint: Diagnostic =
      "have the client ask for a token for this resource (the parameter resource, RFC 8707), or set the audience at the "
      + "issuer"
    guard !audiences.isEmpty else { return "the token names no audience (aud), expected \(expected); " + hint }
    // Whose name is in each token of a client says nothing of where the token was meant to go.
    let isNobodys = audiences.allSatisfy { audience in
      claims.clientID.map { $0 == audience } == true || claims.scopes.contains { $0 == audience }
    }
    if isNobodys {
      return "the token's audience is \(quoted(audiences)), which is its client or its scope and no server, expected "
        + "\(expected); " + hint
    }
    if audiences.contains(AudienceSettings.keycloakAccount) {
      return
        "the token's audience is \(quoted(audiences)), expected \(expected); account is what Keycloak puts into every "
        + "token of a realm: " + AudienceSettings.keycloakHint
    }
    let shown: Diagnostic = audiences.count == 1 ? quoted(audiences[0]) : quoted(audiences)
    if audiences.contains(where: differsInSlashOnly) {
      return
        "the token's audience is \(shown), expected \(expected) (they differ in a trailing slash); spell the resource "
        + "as clients do, or call mcpauth_config_ignore_root_slash where it has no path"
    }
    return
      "the token's audience is \(shown), expected \(expected); if tokens for it are meant to be accepted here, add it "
      + "with mcpauth_config_add_audience"
  }

  private func differsInSlashOnly(_ audience: ByteString) -> Bool {
    let other = audience.hasSuffix("/") ? audience.dropLast(1) : audience + "/"
    return other.withUnsafeBytes { accepted.contains(TextView($0)) }
  }
}
