import Support

/// What a key set has for a token.
public enum KeySelection: Sendable {
  case found(VerificationKey)
  /// No key for this kid; or the token has none and no key is for its algorithm. Newer keys may have one.
  case none
  /// Several keys fit, and guessing is not done: the set has the kid twice, or the token does not say which key.
  case ambiguous
  /// The key that is for this kid is for other algorithms, or `allowed` lacks the token's. Newer keys change nothing.
  case algorithmMismatch
}

extension KeySet {
  /// The one key for a token of this kid and algorithm.
  ///
  /// With a kid: the key with exactly that kid; several may share it if their algorithms differ, as two with the same
  /// are ambiguous (attack A27). Where no key has that kid, a key given by hand without one (PEM, secret) fits, if it
  /// is the only such key. A key without kid in a key set does not fit then: its kid is unknown, not arbitrary, and a
  /// token with an unknown kid is what tells that the set is out of date.
  ///
  /// Without a kid: the only key that is for the algorithm, whatever its kid.
  public func select(kid: ByteString?, algorithm: Algorithm, allowed: AlgorithmSet) -> KeySelection {
    guard allowed.contains(algorithm) else { return .algorithmMismatch }
    guard let kid else { return only(algorithm) { _ in true } }
    if keys.contains(where: { $0.kid == kid }) { return only(algorithm, orMismatch: true) { $0.kid == kid } }
    return only(algorithm, orMismatch: keys.contains { $0.fitsAnyKid }) { $0.fitsAnyKid }
  }

  /// The only key for `algorithm` of those that fit.
  private func only(
    _ algorithm: Algorithm, orMismatch: Bool = false, _ fits: (VerificationKey) -> Bool
  ) -> KeySelection {
    var found: VerificationKey?
    for key in keys where fits(key) && key.permitted.contains(algorithm) {
      if found != nil { return .ambiguous }
      found = key
    }
    if let found { return .found(found) }
    return orMismatch ? .algorithmMismatch : .none
  }
}
