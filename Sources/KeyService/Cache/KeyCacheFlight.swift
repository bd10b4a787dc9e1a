import JOSE
import Support

/// The life of a fetch: started under the lock, flown on a thread of its own without it, landed under it.
extension KeyCache {
  /// What freeing the last reference waits for a cancelled fetch, in milliseconds.
  static let longestShutdown: Int64 = 100

  /// Under the lock, when no fetch is under way.
  func start(_ reason: FetchReason, at now: Int64, for query: KeyQuery?) {
    guard !isShutDown else { return }
    state.begin(reason, at: now)
    counters.countFetch()
    let flight = KeyFlight(startedAt: now, reason: reason, query: query)
    let held = state.held(at: now)
    self.flight = flight
    // The thread owns the cache: it can be freed by everybody else while this runs (attack A42).
    let started = LibraryThread.start { self.fly(flight, held) }
    if started { return publish() }
    counters.countFailure()
    self.flight = nil
    let failure = unavailable("the system gives no thread to fetch them on; raise the limit of threads")
    state.finish(.failed(failure), at: now, random: random16())
    publish()
  }

  /// On the fetching thread.
  private func fly(_ flight: KeyFlight, _ held: KeyFetch.Held) {
    let exchange = Exchange(
      fetcher: fetcher, settings: settings, cancellation: flight.cancellation, time: time,
      deadline: flight.startedAt &+ policy.fetchBudget, counters: counters)
    let outcome = KeyFetch(exchange: exchange).run(held)
    let landing = land(flight, outcome)
    KeyCacheLog.write(landing.news, to: landing.readers)
    for lookup in landing.pending { settle(lookup) }
  }

  /// What is left to do for a fetch that is over, without the lock.
  private struct Landing {
    var pending: [PendingLookup] = []
    var news: [KeyCacheLog.Entry] = []
    var readers: [KeyCacheLog.Reader] = []
  }

  /// Takes the outcome over and wakes who waits.
  private func land(_ flight: KeyFlight, _ outcome: KeyFetch.Outcome) -> Landing {
    let now = time.milliseconds()
    let random = random16()
    if case .failed = outcome { counters.countFailure() }
    releaseThreadState()
    return lock.withLock {
      guard self.flight === flight else { return Landing() }
      state.finish(outcome, at: now, random: random)
      if let query = flight.query, let keys = state.usableKeys(at: now), case .unknown = query.answer(from: keys) {
        // It was for a key that does not exist, be it the first fetch of all: no other token gets one for that. From now
        // on and not from its start, as it may have taken longer than the cooldown: whoever asks without waiting would
        // start one each time and never be answered.
        state.noteUnknownKey(at: now)
      }
      self.flight = nil
      flight.hasLanded = true
      publish()
      lock.wakeAll()
      defer { flight.pending = [] }
      let news = log.readers.isEmpty ? [] : log.news(of: state, issuer: settings.issuer, at: now)
      return Landing(pending: flight.pending, news: news, readers: log.readers)
    }
  }

  private func settle(_ lookup: PendingLookup) {
    if lookup.isFinal { return lookup.completion(conclude(lookup.query)) }
    lookup.isFinal = true
    if case .answered(let answer) = step(lookup.query, pending: lookup) { lookup.completion(answer) }
  }

  /// Answers the lookups of `owner` that still wait, with KEYS_UNAVAILABLE on a thread of the library.
  func abandon(_ owner: ObjectIdentifier) {
    let abandoned: [PendingLookup] = lock.withLock {
      flight?.pending.take { $0.owner == owner } ?? []
    }
    if abandoned.isEmpty { return }
    let failure = unavailable("the verifier was freed while they were fetched")
    let answer: @Sendable () -> Void = { for lookup in abandoned { lookup.completion(.failed(failure)) } }
    // Without a thread, late is worse than here: the promise is that each is called.
    if !LibraryThread.start(answer) { answer() }
  }

  /// From now on nothing is fetched. Gives the fetch that was under way.
  func cancel() -> KeyFlight? {
    let flight = lock.withLock {
      isShutDown = true
      return self.flight
    }
    flight?.cancellation.cancel()
    return flight
  }
}
