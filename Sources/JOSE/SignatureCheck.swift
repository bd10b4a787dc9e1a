import Support

extension UnverifiedToken {
  func checkSignature(with key: VerificationKey) throws(AuthError) {
    let signingInput = UnsafeRawBufferPointer(rebasing: text.bytes.prefix(signingInputCount))
    let isValid = try key.isValid(payload.behind, of: signingInput, header.algorithm)
    withExtendedLifetime(self) {}
    if !isValid { throw badSignature(key) }
  }

  /// What a nonce in the header means, and the fix.
  public static var graphHint: Diagnostic {
    "this is an access token for Microsoft Graph, which only Graph can verify. Have clients request a scope of this API "
      + "(api://.../...) instead of a Graph scope"
  }

  private func badSignature(_ key: VerificationKey) -> AuthError {
    if header.hasNonce {
      return AuthError(
        .signatureInvalid,
        "the signature does not fit, and the header has \"nonce\": " + Self.graphHint)
    }
    return AuthError(
      .signatureInvalid,
      "the \(header.algorithm.name) signature does not fit the key (\(key.label)): the token was altered, or made with "
        + "another key under the same kid")
  }
}
