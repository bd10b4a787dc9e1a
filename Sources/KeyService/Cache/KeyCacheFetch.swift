import JOSE
import Support

/// The life of a fetch: started under the lock, run without it on a thread of its own, finished under it.
extension KeyCache {
  /// What freeing the last reference waits for a cancelled fetch, in milliseconds.
  static let longestShutdown: Int64 = 100

  /// Under the lock, when no fetch is under way.
  func start(_ reason: FetchReason, at now: Int64, for query: KeyQuery?, in guarded: Guarded) {
    guard !guarded.isShutDown else { return }
    guarded.state.begin(reason, at: now)
    counters.countFetch()
    let pendingFetch = PendingFetch(startedAt: now, query: query)
    let held = guarded.state.held(at: now)
    guarded.pendingFetch = pendingFetch
    // The thread owns the cache: it can be freed by everybody else while this runs (attack A42).
    let started = LibraryThread.start { self.run(pendingFetch, held) }
    if !started {
      counters.countFailure()
      guarded.pendingFetch = nil
      let failure = unavailable("the system gives no thread to fetch them on; raise the limit of threads")
      guarded.state.record(.failed(failure), of: nil, at: now, random: random16())
    }
    publish(guarded)
  }

  /// On the fetching thread.
  private func run(_ pendingFetch: PendingFetch, _ held: KeyFetch.Held) {
    let generation = ForkSafety.processGeneration
    let exchange = Exchange(
      fetcher: fetcher, settings: settings, policy: policy, cancellation: pendingFetch.cancellation, time: time,
      startedAt: pendingFetch.startedAt, counters: counters)
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
    return withLock { guarded in
      guard guarded.pendingFetch === pendingFetch else { return FinishedFetch() }
      guarded.state.record(outcome, of: pendingFetch.query, at: now, random: random)
      if case .failed = outcome { guarded.state.leaveAlone(for: requestedDelay, at: now) }
      guarded.pendingFetch = nil
      pendingFetch.isFinished = true
      publish(guarded)
      wakeWaiting()
      defer { pendingFetch.pending = [] }
      let readers = guarded.log.readers
      let logEntries =
        readers.isEmpty ? [] : guarded.log.entries(of: guarded.state, issuer: settings.issuer, at: now)
      return FinishedFetch(pending: pendingFetch.pending, logEntries: logEntries, readers: readers)
    }
  }

  private func settle(_ lookup: PendingLookup) {
    if lookup.isFinal { return lookup.completion(conclude(lookup.query, isFinal: true)) }
    lookup.isFinal = true
    if case .answered(let answer) = step(lookup.query, pending: lookup, afterFetch: true) { lookup.completion(answer) }
  }

  /// Answers the lookups of `owner` that still wait, with KEYS_UNAVAILABLE on a thread of the library, and logs nothing for it
  /// any more. What it looks up from now on does not wait.
  func close(_ owner: LookupOwner) {
    let (abandoned, readers): ([PendingLookup], [KeyCacheLog.Reader]) = withLock { guarded in
      owner.isClosed = true
      let mine = guarded.pendingFetch?.pending.filter { $0.owner === owner } ?? []
      guarded.pendingFetch?.pending.removeAll { $0.owner === owner }
      return (mine, guarded.log.remove(owner))
    }
    _ = readers  // freed here, outside the lock
    if abandoned.isEmpty { return }
    let failure = freed
    let answer: @Sendable () -> Void = { for lookup in abandoned { lookup.completion(.failure(failure)) } }
    // Without a thread, late is worse than here: the promise is that each is called.
    if !LibraryThread.start(answer) { answer() }
  }

  /// What is said of a lookup that waits for a verifier that is gone.
  var freed: AuthError { unavailable("the verifier was freed while they were fetched") }

  /// From now on nothing is fetched. Gives the fetch that was under way.
  func cancel() -> PendingFetch? {
    let pendingFetch = withLock { guarded in
      guarded.isShutDown = true
      return guarded.pendingFetch
    }
    pendingFetch?.cancellation.cancel()
    return pendingFetch
  }
}
