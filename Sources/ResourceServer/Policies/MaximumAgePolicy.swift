import Support

/// A bound on a token's age by its iat (RFC 7519 section 4.1.6), whatever its exp says.
final class MaximumAgePolicy: ClaimPolicy {
  private let maximum: Double
  private let leeway: Double

  init(seconds: UInt32, leewaySeconds: UInt32) {
    maximum = Double(seconds)
    leeway = Double(leewaySeconds)
  }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard case .jwt = claims.form else { return }
    guard let issuedAt = claims.issuedAt else {
      throw AuthError(.claimMissing, "the token has no iat claim, and a maximum token age is configured")
    }
    guard now >= issuedAt + maximum + leeway else { return }
    throw AuthError(
      .tokenExpired,
      "the token was issued \(wholeSeconds(now - issuedAt)) s ago, and \(wholeSeconds(maximum)) s is the maximum age "
        + "(leeway \(wholeSeconds(leeway)) s)")
  }

  override func narrow(_ window: inout ValidityWindow, for claims: Claims) {
    guard case .jwt = claims.form, let issuedAt = claims.issuedAt else { return }
    window.ends(at: issuedAt + maximum + leeway)
  }
}
