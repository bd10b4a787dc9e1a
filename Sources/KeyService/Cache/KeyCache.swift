import JOSE
import Support
import Synchronization

/// The keys of one issuer that are fetched: shared by all verifiers with the same settings, used by any thread.
///
/// At most one fetch is under way, on a thread of its own; who needs its result waits for it or leaves a completion.
/// Keys at hand are used meanwhile.
final class KeyCache: @unchecked Sendable {
  let settings: IssuerSettings
  let fetcher: any Fetcher
  let time: any MonotonicTime
  let counters = KeyCounters()
  let policy: RefreshPolicy
  /// Of the issuer's name, to tell most caches apart at once.
  let issuerHash: Int

  /// Guards what follows; no host code and no fetch runs under it.
  let lock = Lock(survivesFork: true)
  var state: KeyCacheState
  var pendingFetch: PendingFetch?
  var isShutDown = false
  var log = KeyCacheLog()
  /// Threads that wait for a key that is not among those at hand.
  var waitingForUnknownKeys = 0

  /// Copies of the state that the path of an already verified token reads without the lock.
  private let generation = Atomic<UInt64>(0)
  private let usableUntil = Atomic<Int64>(.min)
  private let refreshAt = Atomic<Int64>(.max)

  init(_ settings: IssuerSettings, fetcher: any Fetcher, time: any MonotonicTime) {
    self.settings = settings
    self.fetcher = fetcher
    self.time = time
    policy = settings.refresh.bounded
    issuerHash = settings.issuer.hashValue
    state = KeyCacheState(policy: policy)
  }

  /// 0 when there are no keys.
  var currentGeneration: UInt64 { generation.load(ordering: .acquiring) }

  /// Whether what was verified with the keys of `number` still is; starts a refresh when one is due.
  func isCurrent(_ number: UInt64) -> Bool {
    let now = time.milliseconds()
    guard number == currentGeneration, now < usableUntil.load(ordering: .relaxed) else { return false }
    if now >= refreshAt.load(ordering: .relaxed) { _ = usableKeys(at: now) }
    return true
  }

  /// The keys that may be used. Starts a refresh when one is due, for which nobody waits.
  func usableKeys(at now: Int64) -> KeySnapshot? {
    let (keys, orphan): (KeySnapshot?, PendingFetch?) = lock.withLock {
      let orphan = takeOrphan()
      let keys = state.usableKeys(at: now)
      if keys != nil, pendingFetch == nil, state.mayFetch(.refresh, at: now) { start(.refresh, at: now, for: nil) }
      return (keys, orphan)
    }
    _ = orphan  // its pending lookups are freed here, outside the lock: they may hold anything
    return keys
  }

  /// The answer when no fetch is waited for any more: the latest keys decide, else what is wrong with them. `isFinal`: they
  /// were fetched for this, so that a key which is not among them is nowhere. `afterFetch`: whoever asks may have started
  /// the latest fetch without waiting for it.
  func conclude(_ query: KeyQuery, isFinal: Bool, afterFetch: Bool = false) -> KeyLookup {
    let now = time.milliseconds()
    let (keys, outage, isAbsent) = lock.withLock {
      (
        state.usableKeys(at: now), state.outage(at: now),
        isFinal || state.isKnownToBeAbsent(query.kid, afterFetch: afterFetch)
      )
    }
    if let keys {
      switch query.answer(from: keys) {
      case .found(let key): return .found(key)
      case .refused(let failure): return .failed(failure)
      case .unknown where outage == nil && isAbsent: return .failed(query.notFound(in: keys))
      case .unknown: return .failed(outage ?? query.withheld(from: keys, cooldown: policy.cooldown))
      }
    }
    return .failed(outage ?? unavailable("their fetch was given up; ask again"))
  }

  func addReader(_ reader: any Log, of owner: ObjectIdentifier) {
    lock.withLock { log.add(reader, of: owner) }
  }

  func removeReader(_ owner: ObjectIdentifier) {
    _ = lock.withLock { log.remove(owner) }
  }

  func unavailable(_ reason: Diagnostic) -> AuthError {
    AuthError(.keysUnavailable, "the keys of issuer \(quoted(settings.issuer)) are not there: \(reason)")
  }

  func statistics() -> KeyStatistics {
    let now = time.milliseconds()
    return lock.withLock {
      counters.statistics(
        keyCount: state.usableKeys(at: now)?.keySet.keys.count ?? 0, keyAge: state.keyAge(at: now),
        failuresInARow: state.failuresInARow, isFetching: pendingFetch != nil)
    }
  }

  /// Under the lock, after each change of state or pendingFetch.
  func publish() {
    usableUntil.store(state.usableUntil, ordering: .relaxed)
    // A fetch under way is looked at again when it has to be over: in a child of fork nobody else would find out that it
    // stayed in the parent.
    refreshAt.store(pendingFetch.map { $0.startedAt &+ policy.fetchBudget } ?? state.nextRefreshAt, ordering: .relaxed)
    generation.store(state.generation, ordering: .releasing)
  }

  /// Under the lock: in a child of fork, the fetch whose thread stayed in the parent. To be freed after the lock.
  func takeOrphan() -> PendingFetch? {
    guard let pendingFetch, pendingFetch.isOrphaned else { return nil }
    self.pendingFetch = nil
    publish()
    return pendingFetch
  }
}
