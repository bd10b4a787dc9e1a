import JOSE
import Support
import Synchronization

/// The keys of one issuer that are fetched: shared by all verifiers with the same settings, used by any thread.
///
/// At most one fetch is under way, on a thread of its own; who needs its result waits for it or leaves a completion.
/// Keys at hand are used meanwhile.
final class KeyCache: @unchecked Sendable {
  /// What threads change: reached through `withLock` alone. An object, as others change it while one waits under the lock.
  final class Guarded {
    var state: KeyCacheState
    var pendingFetch: PendingFetch?
    var isShutDown = false
    var log = KeyCacheLog()
    /// Threads that wait for a key that is not among those at hand.
    var waitingForUnknownKeys = 0

    fileprivate init(_ policy: RefreshPolicy) { state = KeyCacheState(policy: policy) }
  }

  let settings: IssuerSettings
  let policy: RefreshPolicy
  let fetcher: any Fetcher
  let time: any MonotonicTime
  let counters = KeyCounters()
  /// Of the issuer's name, to tell most caches apart at once.
  let issuerHash: Int

  private let lock = Lock(survivesFork: true)
  private let guarded: Guarded

  /// Copies of the state that the path of an already verified token reads without the lock. No key set's number is 0.
  private let generation = Atomic<UInt64>(0)
  private let usableUntil = Atomic<Int64>(.min)
  private let refreshAt = Atomic<Int64>(.max)

  init(_ settings: IssuerSettings, fetcher: any Fetcher, time: any MonotonicTime) {
    self.settings = settings
    self.fetcher = fetcher
    self.time = time
    policy = RefreshPolicy(settings.refresh)
    issuerHash = settings.issuer.hashValue
    guarded = Guarded(policy)
  }

  /// No host code and no fetch runs in `body`, and nothing of the host's is freed in it. A change of state or pendingFetch
  /// is published.
  func withLock<Result>(_ body: (Guarded) -> Result) -> Result { lock.withLock { body(guarded) } }

  /// Whether what was verified with the key set of this number still is; starts a refresh when one is due.
  func isCurrent(_ number: UInt64) -> Bool {
    let now = time.milliseconds()
    guard number == generation.load(ordering: .acquiring), now < usableUntil.load(ordering: .relaxed) else {
      return false
    }
    if now >= refreshAt.load(ordering: .relaxed) { _ = usableKeys(at: now) }
    return true
  }

  /// The keys that may be used. Starts a refresh when one is due, for which nobody waits.
  func usableKeys(at now: Int64) -> KeySnapshot? {
    let (keys, orphan): (KeySnapshot?, PendingFetch?) = withLock { guarded in
      let orphan = takeOrphan(of: guarded)
      let keys = guarded.state.usableKeys(at: now)
      if keys != nil, guarded.pendingFetch == nil, guarded.state.mayFetch(.refresh, at: now) {
        start(.refresh, at: now, for: nil, in: guarded)
      }
      return (keys, orphan)
    }
    _ = orphan  // its pending lookups are freed here, outside the lock: they may hold anything
    return keys
  }

  func addReader(_ reader: any Log, of owner: LookupOwner) {
    withLock { $0.log.add(reader, of: owner) }
  }

  func unavailable(_ reason: Diagnostic) -> AuthError {
    AuthError(.keysUnavailable, "the keys of issuer \(quoted(settings.issuer)) are not there: \(reason)")
  }

  func statistics() -> KeyStatistics {
    let now = time.milliseconds()
    return withLock {
      counters.statistics(
        keyCount: $0.state.usableKeys(at: now)?.keySet.keys.count ?? 0, keyAge: $0.state.keyAge(at: now),
        failuresInARow: $0.state.failuresInARow, isFetching: $0.pendingFetch != nil)
    }
  }

  /// Under the lock, after each change of state or pendingFetch.
  func publish(_ guarded: Guarded) {
    usableUntil.store(guarded.state.usableUntil, ordering: .relaxed)
    // A fetch under way is looked at again when it has to be over: in a child of fork nobody else would find out that it
    // stayed in the parent.
    let fetchEnd = guarded.pendingFetch.map { $0.startedAt &+ policy.fetchBudget }
    refreshAt.store(fetchEnd ?? guarded.state.nextRefreshAt, ordering: .relaxed)
    generation.store(guarded.state.generation, ordering: .releasing)
  }

  /// Under the lock: in a child of fork, the fetch whose thread stayed in the parent. To be freed after the lock.
  private func takeOrphan(of guarded: Guarded) -> PendingFetch? {
    guard let pendingFetch = guarded.pendingFetch, pendingFetch.isOrphaned else { return nil }
    guarded.pendingFetch = nil
    publish(guarded)
    return pendingFetch
  }

  /// Whether `pendingFetch` was over before the deadline (milliseconds of `MonotonicClock`).
  func waitForEnd(of pendingFetch: PendingFetch, until deadline: Int64) -> Bool {
    lock.withLock {
      while !pendingFetch.isFinished, !pendingFetch.isOrphaned, MonotonicClock.milliseconds() < deadline {
        lock.wait(until: deadline)
      }
      return pendingFetch.isFinished
    }
  }

  /// Under the lock: those in `waitForEnd` look again.
  func wakeWaiting() { lock.wakeAll() }
}
