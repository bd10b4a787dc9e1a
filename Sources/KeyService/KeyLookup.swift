import JOSE
import Support

/// A key, and the key set it is from.
public struct FoundKey: Sendable {
  public let key: VerificationKey
  /// The number of the key set: above 0, and different for every key set of the process. What was verified with the key
  /// is kept under it, and `IssuerKeys.isCurrent` asked before that is relied on again.
  public let generation: UInt64
}

/// What a lookup that never waits has to say.
public enum KeyLookup: Sendable {
  case found(FoundKey)
  case failed(AuthError)
  /// A fetch is under way that may bring the key.
  case wouldBlock

  /// The key; nil where a fetch has to be waited for.
  public func get() throws(AuthError) -> FoundKey? {
    switch self {
    case .found(let key): return key
    case .failed(let failure): throw failure
    case .wouldBlock: return nil
    }
  }
}
