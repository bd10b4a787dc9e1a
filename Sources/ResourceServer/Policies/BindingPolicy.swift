import JSON
import Support

/// A token bound to a key or a certificate (cnf, RFC 7800) may be used by its holder only. Nothing here can tell whether
/// the sender is the holder, so such a token is refused: a cnf that is not understood fails closed.
final class BindingPolicy: ClaimPolicy {
  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard isBound(claims) else { return }
    throw AuthError(
      .bindingMismatch,
      "the token is bound to a key or certificate (cnf: DPoP or mutual TLS) and was sent as a plain bearer token; "
        + "ask the issuer for unbound tokens: turn the binding off for this client there")
  }

  /// What a custom verifier puts into its claims counts as a token's own.
  private func isBound(_ claims: Claims) -> Bool {
    switch claims.form {
    case .jwt(let marks): marks.isBound
    case .custom, .anonymous: claims.root.has("cnf")
    }
  }
}
