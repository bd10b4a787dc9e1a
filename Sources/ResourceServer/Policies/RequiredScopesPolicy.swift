import Support

/// Every required scope must be among the token's: exact bytes, whole words (attack A41).
final class RequiredScopesPolicy: ClaimPolicy {
  private let required: [ByteString]

  init(required: [ByteString]) { self.required = required }

  func check(_ claims: Claims, now: Double) throws(Failure) {
    guard !required.isEmpty else { return }
    let held = Set(claims.scopes)
    let missing = required.filter { !held.contains($0) }
    guard !missing.isEmpty else { return }
    throw Failure(
      .insufficientScope,
      "the token lacks the required scope\(missing.count == 1 ? "" : "s") \(quoted(missing)); it has "
        + "\(claims.scopes.isEmpty ? "none" : quoted(claims.scopes))",
      cause: .missingScopes(missing))
  }
}
