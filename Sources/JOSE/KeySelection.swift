import Support

/// What a key set has for a token.
public enum KeySelection: Sendable {
  case found(VerificationKey)
  /// No key for this kid; or the token has none and no key is for its algorithm. Newer keys may have one.
  case none
  /// Several keys fit, and guessing is not done: the set has the kid for two keys, or the token does not say which key.
  case ambiguous
  /// The key that is for this kid is for other algorithms. Newer keys change nothing.
  case algorithmMismatch
}

extension KeySet {
  /// The one key for a token of this kid and algorithm, which is for the caller to have allowed.
  ///
  /// With a kid: the key with exactly that kid; several may share it if their algorithms differ, as two with the same
  /// are ambiguous (attack A27). Where no key has that kid, a key given by hand without one (PEM, secret) fits, if it
  /// is the only such key. A key without kid in a key set does not fit then: its kid is unknown, not arbitrary, and a
  /// token with an unknown kid is what tells that the set is out of date.
  ///
  /// Without a kid: where keys of the set have a certificate's thumbprint of the kind that the token has, the key whose
  /// thumbprint is the token's; else the only key that is for the algorithm, whatever its kid.
  public func select(
    kid: ByteString?, thumbprints: CertificateThumbprints = .none, algorithm: Algorithm
  ) -> KeySelection {
    guard let kid else {
      if keys.contains(where: { $0.thumbprints.agree(with: thumbprints) != nil }) {
        return only(algorithm, mark: nil) { $0.thumbprints.agree(with: thumbprints) == true } ?? .none
      }
      let selection = only(algorithm, mark: nil) { _ in true }
      if case .algorithmMismatch? = selection { return .none }
      return selection ?? .none
    }
    return only(algorithm, mark: KeySet.mark(kid)) { $0.kid == kid } ?? only(algorithm, mark: nil) { $0.fitsAnyKid }
      ?? .none
  }

  /// The only key for `algorithm` of those that have `mark`, if it is given, and fit; nil when none of any algorithm does.
  private func only(_ algorithm: Algorithm, mark: UInt32?, _ fits: (VerificationKey) -> Bool) -> KeySelection? {
    var found: VerificationKey?
    var doesFit = false
    for index in keys.indices where mark == nil || kidMarks[index] == mark {
      let key = keys[index]
      guard fits(key) else { continue }
      doesFit = true
      guard key.permitted.contains(algorithm) else { continue }
      if let found {
        guard found.isSameKey(as: key) else { return .ambiguous }
        continue
      }
      found = key
    }
    if let found { return .found(found) }
    return doesFit ? .algorithmMismatch : nil
  }

  /// The same for the same kid, and seldom for two (FNV-1a): so that not every key of a set is compared.
  static func mark(_ kid: ByteString?) -> UInt32 {
    guard let kid else { return 0 }
    return kid.bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
