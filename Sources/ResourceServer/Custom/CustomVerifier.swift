import JOSE
import Support

/// The host's own verification in place of JWT verification. Any thread.
public protocol CustomVerifier: AnyObject, Sendable {
  /// Fills `builder` and returns the number of a result; only those that `CustomVerification` names mean anything.
  func verify(token: UnsafeRawBufferPointer, into builder: AuthInfoBuilder) -> UInt32
}

/// Runs the host's callback and judges what it returned: an unknown value is a programming error, never a success
/// (attack A34).
struct CustomVerification: Sendable {
  let verifier: any CustomVerifier

  /// The claims the callback vouches for.
  func claims(of token: UnsafeRawBufferPointer) throws(AuthError) -> Claims {
    try UnverifiedToken.check(byteCount: token.count)
    let builder = AuthInfoBuilder()
    let returned = verifier.verify(token: token, into: builder)
    if let failure = builder.failure { throw failure }
    switch ResultCode(rawValue: returned) {
    case .ok:
      return try builder.finishedClaims()
    case .tokenRejected:
      throw AuthError(.tokenRejected, "the custom verifier rejected the token" + reason(builder))
    case .tokenExpired:
      throw AuthError(.tokenExpired, "the custom verifier says that the token has expired" + reason(builder))
    case .tokenInactive:
      throw AuthError(.tokenInactive, "the custom verifier says that the token is not active" + reason(builder))
    case .callbackFailed:
      throw AuthError(.callbackFailed, "the custom verifier could not decide now" + reason(builder))
    default:
      throw AuthError(
        .internal,
        "the custom verifier returned \(returned), which it may not; return MCPAUTH_OK, _TOKEN_REJECTED, _TOKEN_EXPIRED, "
          + "_TOKEN_INACTIVE or _CALLBACK_FAILED" + reason(builder))
    }
  }

  private func reason(_ builder: AuthInfoBuilder) -> Diagnostic {
    guard let message = builder.message else { return "" }
    return ": " + quoted(message, limit: 512)
  }
}
