import JOSE
import Support

/// What operators are told about a key cache: when its state changes, not with each attempt.
struct KeyCacheLog {
  private enum Health {
    case unknown, fresh, stale, none
  }

  typealias Reader = (owner: ObjectIdentifier, log: any Log)

  /// One for each user of the cache that has a log.
  private(set) var readers: [Reader] = []
  private var health = Health.unknown
  private var generation: UInt64 = 0

  struct Entry {
    let level: LogLevel
    let message: Message
  }

  private static let longestReasons = 2_000

  mutating func add(_ log: any Log, of owner: ObjectIdentifier) { readers.append((owner, log)) }

  /// What is removed is given back, as it must not be freed under the lock.
  mutating func remove(_ owner: ObjectIdentifier) -> [any Log] {
    let removed = readers.filter { $0.owner == owner }.map { $0.log }
    readers.removeAll { $0.owner == owner }
    return removed
  }

  /// What there is to say after a fetch.
  mutating func news(of state: KeyCacheState, issuer: ByteString, at now: Int64) -> [Entry] {
    let before = health
    guard let keys = state.usableKeys(at: now) else {
      guard let failure = state.outage(at: now) else { return [] }
      health = .none
      guard before != .none else { return [] }
      return [Entry(level: .error, message: "tokens are answered with 503 or 500 until this is mended: " + failure.message)]
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
    var entries = [Entry(level: .info, message: "issuer \(quoted(issuer)) has \(count) usable keys, \(keys.origin)")]
    if !keys.keySet.skipped.isEmpty {
      let reasons = Message(ascii: Array(keys.keySet.skippedReasons.bytes.prefix(Self.longestReasons)))
      entries.append(
        Entry(level: .warning, message: "keys of issuer \(quoted(issuer)) that are not used: " + reasons))
    }
    return entries
  }

  /// To each place once. Not under a lock.
  static func write(_ entries: [Entry], to readers: [Reader]) {
    for entry in entries {
      var places: [LogPlace] = []
      for reader in readers where reader.log.wants(entry.level) && !places.contains(reader.log.place) {
        places.append(reader.log.place)
        reader.log.write(entry.level, entry.message)
      }
    }
  }
}
