import Synchronization

/// What happened to one key cache since it was made.
final class KeyCounters: Sendable {
  private let requests = Atomic<UInt64>(0)
  private let fetches = Atomic<UInt64>(0)
  private let failures = Atomic<UInt64>(0)

  func countRequest() { requests.wrappingAdd(1, ordering: .relaxed) }
  func countFetch() { fetches.wrappingAdd(1, ordering: .relaxed) }
  func countFailure() { failures.wrappingAdd(1, ordering: .relaxed) }

  func statistics(keyCount: Int, keyAge: Int64?, failuresInARow: Int, isFetching: Bool) -> KeyStatistics {
    KeyStatistics(
      requests: requests.load(ordering: .relaxed), fetches: fetches.load(ordering: .relaxed),
      failures: failures.load(ordering: .relaxed), failuresInARow: failuresInARow, isFetching: isFetching,
      keyCount: keyCount, keyAge: keyAge)
  }
}

/// For an operator to export. Verifiers that share a key cache have the same numbers.
public struct KeyStatistics: Sendable {
  /// HTTP requests for metadata and keys.
  public let requests: UInt64
  /// Fetches of keys begun, of one or more requests each.
  public let fetches: UInt64
  /// Those of them that brought no keys.
  public let failures: UInt64
  public let failuresInARow: Int
  /// Whether a fetch is under way.
  public let isFetching: Bool
  /// Usable keys at hand.
  public let keyCount: Int
  /// Milliseconds since the keys were last confirmed; nil when there are none, or they were given.
  public let keyAge: Int64?
}
