import JOSE
import Support

/// What a key cache logs: changes of its state, not each attempt.
struct KeyCacheLog {
  private enum Health {
    case unknown, fresh, stale, none
  }

  final class Reader: Sendable {
    let owner: LookupOwner
    let log: any Log

    init(_ log: any Log, of owner: LookupOwner) {
      self.owner = owner
      self.log = log
    }
  }

  /// One for each user of the cache that has a log.
  private(set) var readers: [Reader] = []
  private var health = Health.unknown
  private var generation: UInt64 = 0

  struct Entry {
    let level: LogLevel
    let message: Diagnostic
  }

  private static let longestReasons = 2_000

  mutating func add(_ log: any Log, of owner: LookupOwner) { readers.append(Reader(log, of: owner)) }

  /// Returns what was removed, as it must not be freed under the lock.
  mutating func remove(_ owner: LookupOwner) -> [Reader] {
    let removed = readers.filter { $0.owner === owner }
    readers.removeAll { $0.owner === owner }
    return removed
  }

  /// The entries to log after a fetch.
  mutating func entries(of state: KeyCacheState, issuer: ByteString, at now: Int64) -> [Entry] {
    let before = health
    guard let keys = state.usableKeys(at: now) else {
      guard let failure = state.outage(at: now) else { return [] }
      health = .none
      guard before != .none else { return [] }
      return [
        Entry(level: .error, message: "tokens are answered with 503 or 500 until this is fixed: " + failure.message)
      ]
    }
    if let failure = state.outage(at: now) {
      health = .stale
      guard before != .stale else { return [] }
      let left = (state.usableUntil &- now) / 1_000
      return [
        Entry(
          level: .warning,
          message: "the keys at hand are used for \(left) s at most, as they cannot be refreshed: " + failure.message)
      ]
    }
    health = .fresh
    guard before != .fresh || generation != keys.generation else { return [] }
    generation = keys.generation
    let count = keys.keySet.keys.count
    let use = Entry(level: .info, message: "issuer \(quoted(issuer)) has \(count) usable keys, \(keys.origin)")
    let complaints = keys.keySet.complaints
    if complaints.isEmpty { return [use] }
    let reasons = Diagnostic(ascii: Array(complaints.bytes.prefix(Self.longestReasons)))
    return [use, Entry(level: .warning, message: "keys of issuer \(quoted(issuer)) that are not used: " + reasons)]
  }

  /// To each destination once. Not under a lock.
  static func write(_ entries: [Entry], to readers: [Reader]) {
    for entry in entries {
      var written: [Reader] = []
      for reader in readers where reader.log.wants(entry.level) {
        if written.contains(where: { $0.log.destination == reader.log.destination }) { continue }
        written.append(reader)
        reader.log.write(entry.level, entry.message)
      }
    }
  }
}
