import JOSE
import Support

/// A key, and the key set it is from.
public struct FoundKey: Sendable {
  public let key: VerificationKey
  /// The number of the key set: above 0, and different for every key set of the process. What was verified with the key
  /// is kept under it, and `IssuerKeys.isCurrent` asked before that is relied on again.
  public let generation: UInt64
}

/// How the search for a key ended.
public typealias KeyAnswer = Result<FoundKey, AuthError>
