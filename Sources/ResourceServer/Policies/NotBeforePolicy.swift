import Support

/// nbf (RFC 7519 section 4.1.5), and iat (section 4.1.6): a token from the future is not valid yet, beyond the leeway.
final class NotBeforePolicy: ClaimPolicy {
  private let leeway: Double

  init(leewaySeconds: UInt32) { leeway = Double(leewaySeconds) }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    if let notBefore = claims.notBefore, now < notBefore - leeway {
      throw early("is valid from (nbf)", by: notBefore - now)
    }
    if let issuedAt = claims.issuedAt, now < issuedAt - leeway {
      throw early("was issued at (iat)", by: issuedAt - now)
    }
  }

  override func narrow(_ window: inout ValidityWindow, for claims: Claims) {
    if let notBefore = claims.notBefore { window.begins(at: notBefore - leeway) }
    if let issuedAt = claims.issuedAt { window.begins(at: issuedAt - leeway) }
  }

  private func early(_ what: StaticString, by seconds: Double) -> AuthError {
    AuthError(
      .tokenNotYetValid,
      "the time the token \(what) is \(wholeSeconds(seconds)) s in the future (leeway \(wholeSeconds(leeway)) s); "
        + "compare the clocks of this machine and of the issuer")
  }
}
