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
    guard let kid else {
      let selection = only(algorithm) { _, _ in true }
      if case .algorithmMismatch? = selection { return .none }
      return selection ?? .none
    }
    let mark = KeyMark.hash(kid)
    return only(algorithm) { $0.kid == mark && keys[$1].kid == kid } ?? only(algorithm) { mark, _ in mark.fitsAnyKid }
      ?? .none
  }

  /// The only key for `algorithm` of those that fit by their mark and place; nil when none of any algorithm does.
  private func only(_ algorithm: Algorithm, _ fits: (KeyMark, Int) -> Bool) -> KeySelection? {
    var found: Int?
    var doesFit = false
    for place in keys.indices where fits(marks[place], place) {
      doesFit = true
      guard marks[place].permitted.contains(algorithm) else { continue }
      if found != nil { return .ambiguous }
      found = place
    }
    if let found { return .found(keys[found]) }
    return doesFit ? .algorithmMismatch : nil
  }
}

/// What tells most keys of a set apart from the one that is looked for.
struct KeyMark: Sendable {
  /// The same for the same kid, and seldom for two.
  let kid: UInt32
  let permitted: AlgorithmSet
  let fitsAnyKid: Bool

  init(_ key: VerificationKey) {
    kid = key.kid.map { Self.hash($0) } ?? 0
    permitted = key.permitted
    fitsAnyKid = key.fitsAnyKid
  }

  /// FNV-1a.
  static func hash(_ kid: ByteString) -> UInt32 {
    kid.bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
