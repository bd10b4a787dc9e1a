import Support

/// exp (RFC 7519 section 4.1.4): required, and a token is expired from exp + leeway on.
final class ExpiryPolicy: ClaimPolicy {
  private let leeway: Double
  private let isRequired: Bool

  init(leewaySeconds: UInt32, isRequired: Bool) {
    leeway = Double(leewaySeconds)
    self.isRequired = isRequired
  }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard let expiresAt = claims.expiresAt else {
      guard isRequired else { return }
      throw AuthError(
        .claimMissing,
        "the token has no exp claim, and a token that never expires is not accepted; have the issuer set a lifetime")
    }
    guard now >= expiresAt + leeway else { return }
    throw AuthError(
      .tokenExpired,
      "the token expired \(wholeSeconds(now - expiresAt)) s ago (leeway \(wholeSeconds(leeway)) s); the client "
        + "has to refresh it or log in again")
  }

  override func narrow(_ window: inout ValidityWindow, for claims: Claims) {
    if let expiresAt = claims.expiresAt { window.ends(at: expiresAt + leeway) }
  }
}

/// Seconds for a message; the operands are bounded dates, and anything else reads as 0.
func wholeSeconds(_ seconds: Double) -> Int64 { Int64(exactly: seconds.rounded(.down)) ?? 0 }
