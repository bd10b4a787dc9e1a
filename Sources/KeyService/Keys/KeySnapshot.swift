import JOSE
import Support
import Synchronization

/// One key set of one issuer with the number it goes by.
final class KeySnapshot: Sendable {
  private static let latest = Atomic<UInt64>(0)

  let keySet: KeySet
  /// For messages: where it came from.
  let origin: Diagnostic
  /// Above 0 and different for every key set of the process, so that what was verified with one is never taken for
  /// verified with another.
  let generation: UInt64

  init(_ keySet: KeySet, origin: Diagnostic) {
    self.keySet = keySet
    self.origin = origin
    generation = Self.latest.wrappingAdd(1, ordering: .relaxed).newValue
  }
}
