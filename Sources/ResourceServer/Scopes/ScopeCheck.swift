import Support

extension Verifier {
  /// INSUFFICIENT_SCOPE unless the caller holds, or is implied to hold, all of `needed`: exact bytes, whole words (attack
  /// A41). An anonymous caller is asked for a token.
  public func require(_ needed: [ByteString], of info: AuthInfo) throws(AuthError) {
    let missing = scopes.hierarchy.missing(needed, from: info.claims.scopes)
    guard !missing.isEmpty else { return }
    guard !info.isAnonymous else {
      throw AuthError(
        .missingAuthHeader,
        "what an anonymous caller asks for needs the scopes \(quoted(missing)), so a token is needed",
        cause: .missingScopes(missing, needed: needed, held: []))
    }
    let held = info.claims.scopes.copied
    let has: Diagnostic = held.isEmpty ? "none" : quoted(held)
    throw AuthError(
      .insufficientScope, "the token lacks the required scopes \(quoted(missing)); it has \(has)",
      cause: .missingScopes(missing, needed: needed, held: held))
  }

  /// The same of the scopes that every request needs, for a caller this verifier authenticated.
  public func requireBasicScopes(of info: AuthInfo) throws(AuthError) {
    if info.lacksRequiredScopes { try require(scopes.required, of: info) }
  }

  /// The same for scopes separated by spaces. INVALID_ARGUMENT where there is none, or one that is no scope.
  public func require(scopes text: ByteString, of info: AuthInfo) throws(AuthError) {
    let needed = text.withUnsafeBytes { parseScope(TextView($0)).copied }
    guard !needed.isEmpty else { throw AuthError(.invalidArgument, "no scope is named") }
    for scope in needed { try ConfigurationLimits.check(scope: scope) }
    try require(needed, of: info)
  }
}
