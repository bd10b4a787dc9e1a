import JOSE
import Support

/// The three ways to ask: without waiting, with a completion, and waiting.
extension KeyCache {
  enum Step {
    case answered(KeyAnswer)
    /// A fetch is under way. `isFinal`: it began for this very lookup, so that its result is the last word on it; one that was
    /// under way already may have read the key set before the key was in it. `isForUnknownKey`: there are keys, and not this
    /// one: a stranger may have made it up.
    case wait(PendingFetch, isFinal: Bool, isForUnknownKey: Bool)
  }

  /// The answer from the keys at hand, or the fetch that may bring a better one, whose outcome completes `pending`.
  func step(_ query: KeyQuery, pending: PendingLookup? = nil, afterFetch: Bool = false) -> Step {
    let now = time.milliseconds()
    while true {
      let keys = usableKeys(at: now)
      if let keys, let answer = query.answer(from: keys) { return .answered(answer) }
      if let step = join(query, seen: keys, at: now, pending: pending, afterFetch: afterFetch) { return step }
    }
  }

  /// Joins the fetch under way, or starts one where that may be, for a query that `seen` has no answer to. nil: another key
  /// set has come since `seen` was looked at, which comes first and may make a fetch needless.
  func join(
    _ query: KeyQuery, seen keys: KeySnapshot?, at now: Int64, pending: PendingLookup?, afterFetch: Bool
  ) -> Step? {
    withLock { (guarded) -> Step? in
      guard guarded.state.usableKeys(at: now) === keys else { return nil }
      if let pending, pending.owner.isClosed { return .answered(.failure(freed)) }
      let reason: FetchReason = keys == nil ? .missingKeys : .unknownKey
      let isNew = guarded.pendingFetch == nil && guarded.state.mayFetch(reason, at: now)
      if isNew { start(reason, at: now, for: query, in: guarded) }
      guard let pendingFetch = guarded.pendingFetch else {
        let answer = guarded.state.conclude(query, isFinal: false, afterFetch: afterFetch, at: now)
        return .answered(answer ?? .failure(givenUp))
      }
      if let pending {
        pending.isFinal = pending.isFinal || isNew
        pendingFetch.pending.append(pending)
      }
      return .wait(pendingFetch, isFinal: isNew, isForUnknownKey: keys != nil)
    }
  }

  /// The answer when no fetch is waited for any more.
  func conclude(_ query: KeyQuery, isFinal: Bool) -> KeyAnswer {
    let now = time.milliseconds()
    return withLock { $0.state.conclude(query, isFinal: isFinal, afterFetch: false, at: now) } ?? .failure(givenUp)
  }

  private var givenUp: AuthError { unavailable("their fetch was given up; ask again") }

  /// Never waits. nil: a fetch is under way, and `completion`, if any, will be called.
  func keyWithoutWaiting(
    _ query: KeyQuery, owner: LookupOwner, completion: (@Sendable (KeyAnswer) -> Void)?
  ) throws(AuthError) -> FoundKey? {
    let pending = completion.map { PendingLookup(query: query, owner: owner, completion: $0) }
    // Whoever was told that this would block comes back with a completion: the fetch may be over by then, and was its own.
    switch step(query, pending: pending, afterFetch: true) {
    case .answered(let answer): return try answer.get()
    case .wait: return nil
    }
  }

  /// Waits for a fetch where needed, and for a second one where the first was under way already; not longer than the
  /// policy's budget.
  func key(_ query: KeyQuery) throws(AuthError) -> FoundKey {
    let deadline = MonotonicClock.milliseconds() &+ policy.fetchBudget
    while true {
      switch step(query) {
      case .answered(let answer): return try answer.get()
      case .wait(let pendingFetch, let isFinal, let isForUnknownKey):
        let isOver =
          isForUnknownKey
          ? try waitAsOneOfFew(for: pendingFetch, until: deadline) : waitForEnd(of: pendingFetch, until: deadline)
        guard isOver else { throw tookTooLong }
        if isFinal { return try conclude(query, isFinal: true).get() }
      }
    }
  }

  private var tookTooLong: AuthError {
    unavailable("the fetch under way took more than \(policy.fetchBudget) ms; ask again")
  }

  /// How many threads of the host may wait at a time for keys that are not among those at hand. What anybody can send must
  /// not hold all of them while the issuer is slow (attack A49); the others are told to come back.
  private static let mostWaitingForUnknownKeys = 4

  private func waitAsOneOfFew(for pendingFetch: PendingFetch, until deadline: Int64) throws(AuthError) -> Bool {
    let mayWait = withLock { guarded in
      guard guarded.waitingForUnknownKeys < Self.mostWaitingForUnknownKeys else { return false }
      guarded.waitingForUnknownKeys += 1
      return true
    }
    guard mayWait else {
      throw AuthError(
        .keysUnavailable,
        "the keys of issuer \(quoted(settings.issuer)) are being fetched, as this one is not among them, and "
          + "\(Self.mostWaitingForUnknownKeys) threads wait for that already: ask again",
        cause: .outage)
    }
    defer { withLock { $0.waitingForUnknownKeys -= 1 } }
    return waitForEnd(of: pendingFetch, until: deadline)
  }

  /// Begins to fetch the keys unless they are fresh. Gives the fetch under way, if there is one.
  func startPrefetch() -> PendingFetch? {
    let now = time.milliseconds()
    _ = usableKeys(at: now)  // starts a due refresh
    return withLock { guarded in
      let state = guarded.state
      if guarded.pendingFetch == nil, state.usableKeys(at: now) == nil, state.mayFetch(.missingKeys, at: now) {
        start(.missingKeys, at: now, for: nil, in: guarded)
      }
      return guarded.pendingFetch
    }
  }

  /// The same, and waits for it.
  func prefetch() throws(AuthError) {
    let deadline = MonotonicClock.milliseconds() &+ policy.fetchBudget
    if let pendingFetch = startPrefetch(), !waitForEnd(of: pendingFetch, until: deadline) { throw tookTooLong }
    let now = time.milliseconds()
    let (keys, outage) = withLock { ($0.state.usableKeys(at: now), $0.state.outage(at: now)) }
    if let outage { throw outage }
    if keys == nil { throw givenUp }
  }
}
