import JOSE
import Support

/// The life of a fetch: started under the lock, run without it on a thread of its own, finished under it.
extension KeyCache {
  /// What freeing the last reference waits for a cancelled fetch, in milliseconds.
  static let longestShutdown: Int64 = 100

  /// Under the lock, when no fetch is under way.
  func start(_ reason: FetchReason, at now: Int64, for query: KeyQuery?) {
    guard !isShutDown else { return }
    state.begin(reason, at: now)
    counters.countFetch()
    let pendingFetch = PendingFetch(startedAt: now, reason: reason, query: query)
    let held = state.held(at: now)
    self.pendingFetch = pendingFetch
    // The thread owns the cache: it can be freed by everybody else while this runs (attack A42).
    let started = LibraryThread.start { self.run(pendingFetch, held) }
    if started { return publish() }
    counters.countFailure()
    self.pendingFetch = nil
    let failure = unavailable("the system gives no thread to fetch them on; raise the limit of threads")
    state.finish(.failed(failure), of: nil, at: now, random: random16())
    publish()
  }

  /// On the fetching thread.
  private func run(_ pendingFetch: PendingFetch, _ held: KeyFetch.Held) {
    let generation = ForkSafety.processGeneration
    let exchange = Exchange(
      fetcher: fetcher, settings: settings, cancellation: pendingFetch.cancellation, time: time,
      deadline: pendingFetch.startedAt &+ policy.fetchBudget, counters: counters)
    let outcome = KeyFetch(exchange: exchange).run(held)
    let finished = finish(pendingFetch, outcome, requestedDelay: exchange.requestedDelay)
    KeyCacheLog.write(finished.logEntries, to: finished.readers)
    for lookup in finished.pending {
      // A host that forks in one of its callbacks comes back here in the child too, where these are not to be answered.
      guard ForkSafety.processGeneration == generation else { return }
      settle(lookup)
    }
  }

  /// What is left to do for a fetch that is over, without the lock.
  private struct FinishedFetch {
    var pending: [PendingLookup] = []
    var logEntries: [KeyCacheLog.Entry] = []
    var readers: [KeyCacheLog.Reader] = []
  }

  /// Takes the outcome over and wakes who waits.
  private func finish(
    _ pendingFetch: PendingFetch, _ outcome: KeyFetch.Outcome, requestedDelay: Int64
  ) -> FinishedFetch {
    let now = time.milliseconds()
    let random = random16()
    if case .failed = outcome { counters.countFailure() }
    releaseThreadState()
    return lock.withLock {
      guard self.pendingFetch === pendingFetch else { return FinishedFetch() }
      state.finish(outcome, of: pendingFetch.query, at: now, random: random)
      if case .failed = outcome { state.leaveAlone(for: requestedDelay, at: now) }
      self.pendingFetch = nil
      pendingFetch.isFinished = true
      publish()
      lock.wakeAll()
      defer { pendingFetch.pending = [] }
      let logEntries = log.readers.isEmpty ? [] : log.entries(of: state, issuer: settings.issuer, at: now)
      return FinishedFetch(pending: pendingFetch.pending, logEntries: logEntries, readers: log.readers)
    }
  }

  private func settle(_ lookup: PendingLookup) {
    if lookup.isFinal { return lookup.completion(conclude(lookup.query, isFinal: true)) }
    lookup.isFinal = true
    if case .answered(let answer) = step(lookup.query, pending: lookup, afterFetch: true) { lookup.completion(answer) }
  }

  /// Answers the lookups of `owner` that still wait, with KEYS_UNAVAILABLE on a thread of the library.
  func abandon(_ owner: ObjectIdentifier) {
    let abandoned: [PendingLookup] = lock.withLock {
      let mine = pendingFetch?.pending.filter { $0.owner == owner } ?? []
      pendingFetch?.pending.removeAll { $0.owner == owner }
      return mine
    }
    if abandoned.isEmpty { return }
    let failure = unavailable("the verifier was freed while they were fetched")
    let answer: @Sendable () -> Void = { for lookup in abandoned { lookup.completion(.failed(failure)) } }
    // Without a thread, late is worse than here: the promise is that each is called.
    if !LibraryThread.start(answer) { answer() }
  }

  /// From now on nothing is fetched. Gives the fetch that was under way.
  func cancel() -> PendingFetch? {
    let pendingFetch = lock.withLock {
      isShutDown = true
      return self.pendingFetch
    }
    pendingFetch?.cancellation.cancel()
    return pendingFetch
  }
}
