import Support

/// One rule over the claims. Rules are one file each; the verifier runs those that its configuration and the form of the
/// token call for, in order, and the first that throws decides.
///
/// Immutable, any thread. A class, so that the list of them can be gone through without counting a reference to each.
///
/// One that judges JWTs alone (`guard case .jwt`) has to be in `Configuration.checkCustomVerifier`: what a custom verifier
/// accepts would get past it, and who asked for it would not know.
class ClaimPolicy {
  /// `now` is in seconds since 1970. A rule that does not say what it checks lets nothing pass.
  func check(_ claims: Claims, now: Double) throws(AuthError) {
    throw AuthError(.internal, "a rule over the claims checks nothing")
  }

  /// What `check` throws.
  final func failure(of claims: Claims, now: Double) -> AuthError? {
    do throws(AuthError) {
      try check(claims, now: now)
      return nil
    } catch {
      return error
    }
  }

  /// Narrows `window` to the times at which `check` lets these claims pass. Every rule that looks at `now` has to: a
  /// verified token is not checked again within the window. One that does not look at `now` leaves it as it is.
  func narrow(_ window: inout ValidityWindow, for claims: Claims) {}
}
