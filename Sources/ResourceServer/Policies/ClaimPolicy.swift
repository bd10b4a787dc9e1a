import Support

/// One rule over the claims. Rules are one file each; the verifier runs those that its configuration and the form of the
/// token call for, in order, and the first that throws decides.
protocol ClaimPolicy: AnyObject, Sendable {
  /// `now` is in seconds since 1970.
  func check(_ claims: Claims, now: Double) throws(Failure)

  /// Narrows `window` to the times at which `check` lets these claims pass. Every rule that looks at `now` has to: a
  /// verified token is not checked again within the window.
  func narrow(_ window: inout ValidityWindow, for claims: Claims)
}

extension ClaimPolicy {
  /// A rule that does not look at `now`.
  func narrow(_ window: inout ValidityWindow, for claims: Claims) {}
}
