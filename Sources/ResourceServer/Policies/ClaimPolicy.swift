import Support

/// One rule over the claims. Rules are one file each; the verifier runs those that its configuration and the form of the
/// token call for, in order, and the first that throws decides.
protocol ClaimPolicy: AnyObject, Sendable {
  /// `now` is in seconds since 1970.
  func check(_ claims: Claims, now: Double) throws(Failure)
}
