import Support

/// Every required scope must be among the token's, or implied by one of them: exact bytes, whole words (attack A41).
final class RequiredScopesPolicy: ClaimPolicy {
  private let required: [ByteString]
  private let hierarchy: ScopeHierarchy

  init(required: [ByteString], hierarchy: ScopeHierarchy) {
    self.required = required
    self.hierarchy = hierarchy
  }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    let missing = hierarchy.missing(required, from: claims.scopes)
    guard missing.isEmpty else { throw .insufficientScope(missing, held: claims.scopes.copied, needed: required) }
  }
}

extension AuthError {
  /// `needed` are all scopes of the operation, for one step-up that is enough.
  static func insufficientScope(_ missing: [ByteString], held: [ByteString], needed: [ByteString]) -> AuthError {
    let has: Diagnostic = held.isEmpty ? "none" : quoted(held)
    return AuthError(
      .insufficientScope, "the token lacks the required scopes \(quoted(missing)); it has \(has)",
      cause: .missingScopes(missing, needed: needed, held: held))
  }
}
