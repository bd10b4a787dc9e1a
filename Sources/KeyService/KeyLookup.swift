import JOSE
import Support

/// What a lookup that never waits has to say.
public enum KeyLookup: Sendable {
  case found(VerificationKey)
  case failed(AuthError)
  /// A fetch is under way that may bring the key.
  case wouldBlock
}
