import Support

/// A token bound to a key or a certificate (cnf, RFC 7800) may be used by its holder only. Nothing here can tell whether
/// the sender is the holder, so such a token is refused: a cnf that is not understood fails closed.
final class BindingPolicy: ClaimPolicy {
  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard case .jwt(let marks) = claims.form, marks.isBound else { return }
    throw AuthError(
      .bindingMismatch,
      "the token is bound to a key or certificate (cnf) and was sent as a plain bearer token; "
        + "ask the issuer for unbound tokens")
  }
}
