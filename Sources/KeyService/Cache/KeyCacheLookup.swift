import JOSE
import Support

/// The three ways to ask: without waiting, with a completion, and waiting.
extension KeyCache {
  /// What a lookup has to wait for.
  struct Wait {
    let pendingFetch: PendingFetch
    /// Whether it began for this very lookup, so that its result is the last word on it. A fetch that was under way
    /// already may have read the key set before the key was in it.
    let isFinal: Bool
    /// There are keys, and not this one: a stranger may have made it up.
    let isForUnknownKey: Bool
  }

  enum Step {
    case answered(KeyLookup)
    case wait(Wait)
  }

  /// The answer from the keys at hand, or the fetch that may bring a better one, whose outcome `pending` is told.
  func step(_ query: KeyQuery, pending: PendingLookup? = nil, afterFetch: Bool = false) -> Step {
    if let refusal = query.refusal { return .answered(.failed(refusal)) }
    let now = time.milliseconds()
    while true {
      let keys = usableKeys(at: now)
      if let keys {
        switch query.answer(from: keys) {
        case .found(let key): return .answered(.found(key))
        case .refused(let failure): return .answered(.failed(failure))
        case .unknown: break
        }
      }
      switch join(query, seen: keys, at: now, pending: pending) {
      case .overtaken: continue
      case .wait(let wait): return .wait(wait)
      case .nothing: return .answered(conclude(query, isFinal: false, afterFetch: afterFetch))
      }
    }
  }

  enum Joined {
    case wait(Wait)
    /// Nothing is fetched, and nothing may be now.
    case nothing
    /// Another key set has landed since `seen` was looked at: it comes first, and may make a fetch needless.
    case overtaken
  }

  /// Joins the fetch under way, or starts one where that may be, for a query that `seen` has no answer to.
  func join(_ query: KeyQuery, seen keys: KeySnapshot?, at now: Int64, pending: PendingLookup?) -> Joined {
    lock.withLock {
      guard state.usableKeys(at: now) === keys else { return .overtaken }
      let reason: FetchReason = keys == nil ? .missingKeys : .unknownKey
      let isNew = pendingFetch == nil && state.mayFetch(reason, at: now)
      if isNew { start(reason, at: now, for: query) }
      guard let pendingFetch else { return .nothing }
      if let pending {
        pending.isFinal = pending.isFinal || isNew
        pendingFetch.pending.add(pending)
      }
      return .wait(Wait(pendingFetch: pendingFetch, isFinal: isNew, isForUnknownKey: keys != nil))
    }
  }

  /// Never waits. `wouldBlock`: `completion`, if any, will be called.
  func lookup(_ query: KeyQuery, owner: ObjectIdentifier, completion: (@Sendable (KeyLookup) -> Void)?) -> KeyLookup {
    let pending = completion.map { PendingLookup(query: query, owner: owner, completion: $0) }
    // Whoever was told that this would block comes back with a completion: the fetch may be over by then, and was its own.
    switch step(query, pending: pending, afterFetch: true) {
    case .answered(let answer): return answer
    case .wait: return .wouldBlock
    }
  }

  /// Waits for a fetch where needed, and for a second one where the first was under way already; not longer than the
  /// policy's budget.
  func key(_ query: KeyQuery) throws(AuthError) -> VerificationKey {
    let deadline = MonotonicClock.milliseconds() &+ policy.fetchBudget
    var isFinal = false
    while true {
      let answer: KeyLookup
      switch isFinal ? .answered(conclude(query, isFinal: true)) : step(query) {
      case .answered(let given): answer = given
      case .wait(let wait):
        guard try self.wait(for: wait, until: deadline) else {
          throw unavailable("the fetch under way took more than \(policy.fetchBudget) ms; ask again")
        }
        isFinal = wait.isFinal || isFinal
        continue
      }
      switch answer {
      case .found(let key): return key
      case .failed(let failure): throw failure
      case .wouldBlock: throw unavailable("ask again")
      }
    }
  }

  /// How many threads of the host may wait at a time for keys that are not among those at hand. What anybody can send must
  /// not hold all of them while the issuer is slow (attack A49); the others are told to come back.
  private static let mostWaitingForUnknownKeys = 4

  private func wait(for wait: Wait, until deadline: Int64) throws(AuthError) -> Bool {
    guard wait.isForUnknownKey else { return self.wait(for: wait.pendingFetch, until: deadline) }
    let mayWait = lock.withLock {
      guard waitingForUnknownKeys < Self.mostWaitingForUnknownKeys else { return false }
      waitingForUnknownKeys += 1
      return true
    }
    guard mayWait else {
      throw AuthError(
        .keysUnavailable,
        "the keys of issuer \(quoted(settings.issuer)) are being fetched, as this one is not among them, and "
          + "\(Self.mostWaitingForUnknownKeys) threads wait for that already: ask again",
        cause: .outage)
    }
    defer { lock.withLock { waitingForUnknownKeys -= 1 } }
    return self.wait(for: wait.pendingFetch, until: deadline)
  }

  /// Begins to fetch the keys unless they are fresh. Gives the fetch under way, if there is one.
  func startPrefetch() -> PendingFetch? {
    let now = time.milliseconds()
    _ = usableKeys(at: now)  // starts a due refresh
    return lock.withLock {
      let reason = FetchReason.missingKeys
      if self.pendingFetch == nil, state.usableKeys(at: now) == nil, state.mayFetch(reason, at: now) {
        start(reason, at: now, for: nil)
      }
      return self.pendingFetch
    }
  }

  /// The same, and waits for it.
  func prefetch() throws(AuthError) {
    let deadline = MonotonicClock.milliseconds() &+ policy.fetchBudget
    if let pendingFetch = startPrefetch(), !wait(for: pendingFetch, until: deadline) {
      throw unavailable("the fetch under way took more than \(policy.fetchBudget) ms; ask again")
    }
    let now = time.milliseconds()
    let (keys, outage) = lock.withLock { (state.usableKeys(at: now), state.outage(at: now)) }
    if let outage { throw outage }
    if keys == nil { throw unavailable("their fetch was given up; ask again") }
  }

  /// Whether `pendingFetch` was over before the deadline (milliseconds of `MonotonicClock`).
  func wait(for pendingFetch: PendingFetch, until deadline: Int64) -> Bool {
    lock.withLock {
      while !pendingFetch.isFinished, !pendingFetch.isOrphaned, MonotonicClock.milliseconds() < deadline {
        lock.wait(until: deadline)
      }
      return pendingFetch.isFinished
    }
  }
}
