import JSON
import Support

/// `active` of an introspection answer (RFC 7662 section 2.2) that a custom verifier put into its claims: anything but true
/// means that the token is not good, whatever the callback returned.
final class ActivePolicy: ClaimPolicy {
  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard case .custom = claims.form, let active = claims.root.member("active"), active.bool != true else { return }
    throw AuthError(
      .tokenInactive,
      "the custom verifier's claims have \"active\" other than true: the issuer no longer takes the token, and the client "
        + "has to get another")
  }
}
