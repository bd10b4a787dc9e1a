import Support

/// What a key cache knows and when it may ask again: rules alone, without threads and without a clock. All times are
/// milliseconds of the clock of whoever calls.
struct KeyCacheState {
  private let policy: RefreshPolicy
  private var snapshot: KeySnapshot?
  private var source: FetchedKeys?
  private var discovered: KeyFetch.DiscoveredURI?
  private var confirmedAt: Int64 = 0
  /// From then on a refresh is due; before the keys stop being fresh, so that nobody waits for it.
  private(set) var refreshAt = Int64.max
  /// From then on keys are too old to use.
  private(set) var usableUntil = Int64.min
  private var retryAt = Int64.min
  private var unknownKeyAskedAt: Int64?
  private(set) var failuresInARow = 0
  private(set) var lastFailure: AuthError?

  init(policy: RefreshPolicy) { self.policy = policy.bounded }

  func usableKeys(at now: Int64) -> KeySnapshot? { now < usableUntil ? snapshot : nil }

  /// 0 when there are no keys.
  var generation: UInt64 { snapshot?.generation ?? 0 }

  func isRefreshDue(at now: Int64) -> Bool { now >= refreshAt }

  /// Milliseconds since the keys were fetched or confirmed.
  func keyAge(at now: Int64) -> Int64? { snapshot == nil ? nil : now &- confirmedAt }

  func mayFetch(_ reason: FetchReason, at now: Int64) -> Bool {
    switch reason {
    case .missingKeys: now >= retryAt
    case .refresh: now >= retryAt && isRefreshDue(at: now)
    case .unknownKey: unknownKeyAskedAt.map { now &- $0 >= policy.cooldown } ?? true
    }
  }

  /// Stamped before the attempt, so that failures count too (attack A26; CVE-2026-48524).
  mutating func begin(_ reason: FetchReason, at now: Int64) {
    if case .unknownKey = reason { noteUnknownKey(at: now) }
  }

  /// A fetch that began at `time` was asked for a key that it did not bring: asking once more can wait.
  mutating func noteUnknownKey(at time: Int64) { unknownKeyAskedAt = max(unknownKeyAskedAt ?? time, time) }

  /// What may be left out of the next fetch. After a failure nothing that was discovered is relied on.
  func held(at now: Int64) -> KeyFetch.Held {
    var held = KeyFetch.Held(etag: source?.etag, keysURL: source?.url, lifetime: source?.lifetime)
    if let discovered, now < discovered.usableUntil, failuresInARow == 0 { held.jwksURI = discovered }
    return held
  }

  mutating func finish(_ outcome: KeyFetch.Outcome, at now: Int64, random: UInt16) {
    switch outcome {
    case .keys(let keys):
      // The same text is the same set: what was verified with it stays verified.
      if snapshot == nil || keys.digest != source?.digest {
        snapshot = KeySnapshot(keys.keySet, origin: "from \(quoted(keys.url.text))")
      }
      source = keys
      discovered = keys.discovered
      confirm(lifetime: keys.lifetime, at: now)
    case .unchanged(let lifetime, let uri):
      source?.lifetime = lifetime
      discovered = uri
      confirm(lifetime: lifetime, at: now)
    case .failed(let failure):
      failuresInARow = min(failuresInARow + 1, 1_000_000)
      lastFailure = failure
      retryAt = now &+ retryDelay(failures: failuresInARow, policy: policy, random: random)
    case .cancelled: break
    }
  }

  private mutating func confirm(lifetime: Int64, at now: Int64) {
    confirmedAt = now
    refreshAt = now &+ lifetime / 5 * 4
    usableUntil = now &+ max(lifetime, policy.longestStale)
    retryAt = .min
    failuresInARow = 0
    lastFailure = nil
  }

  /// When `mayFetch(.refresh)` next becomes true, as far as can be told now.
  var nextRefreshAt: Int64 { max(refreshAt, retryAt) }

  /// The outage, for a token that cannot be judged; nil when the latest fetch went well.
  @inline(never)
  func outage(at now: Int64) -> AuthError? {
    guard let lastFailure else { return nil }
    guard snapshot != nil, now >= usableUntil else { return lastFailure }
    return AuthError(
      .keysUnavailable,
      "the keys at hand were last confirmed \((now &- confirmedAt) / 1_000) s ago, too long to go on using them: "
        + lastFailure.message, cause: lastFailure.cause)
  }
}
