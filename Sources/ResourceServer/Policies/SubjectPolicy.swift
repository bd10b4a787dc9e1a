import Support

/// sub (RFC 7519 section 4.1.2): who the caller is.
final class SubjectPolicy: ClaimPolicy {
  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard claims.subject == nil else { return }
    throw AuthError(
      .claimMissing,
      "the token has no sub claim, so nobody can be told apart; have the issuer add it, or "
        + "do without by mcpauth_config_dangerous_allow_missing_subject")
  }
}
