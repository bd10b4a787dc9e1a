import JOSE
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
  /// No fetch at all before: the server asked for it.
  private var leftAloneUntil = Int64.min
  private var unknownKeyAskedAt: Int64?
  /// What the latest fetch for an unknown key was asked for and did not bring.
  private var absentKid: ByteString?
  /// The kids of keys that were in earlier sets and are no longer, and of those that two fetches were asked for in vain; the
  /// latest last.
  private var withdrawnKids: [ByteString] = []
  private(set) var failuresInARow = 0
  private(set) var lastFailure: AuthError?

  /// What the issuer's metadata calls it, as last read.
  var nameInMetadata: ByteString? { discovered?.issuer }

  init(policy: RefreshPolicy) { self.policy = policy }

  func usableKeys(at now: Int64) -> KeySnapshot? { now < usableUntil ? snapshot : nil }

  /// 0 when there are no keys.
  var generation: UInt64 { snapshot?.generation ?? 0 }

  func isRefreshDue(at now: Int64) -> Bool { now >= refreshAt }

  /// Milliseconds since the keys were fetched or confirmed.
  func keyAge(at now: Int64) -> Int64? { snapshot == nil ? nil : now &- confirmedAt }

  func mayFetch(_ reason: FetchReason, at now: Int64) -> Bool {
    guard now >= leftAloneUntil else { return false }
    return switch reason {
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
  private mutating func noteUnknownKey(at time: Int64) { unknownKeyAskedAt = max(unknownKeyAskedAt ?? time, time) }

  /// What may be left out of the next fetch. After a failure nothing that was discovered is relied on.
  func held(at now: Int64) -> KeyFetch.Held {
    // A key that could not be used may be usable the next time: the set is fetched as a whole.
    let etag = source?.keySet.skipped.isEmpty == true ? source?.etag : nil
    var held = KeyFetch.Held(etag: etag, keysURL: source?.url, lifetime: source?.lifetime)
    if let discovered, now < discovered.usableUntil, failuresInARow == 0 { held.jwksURI = discovered }
    return held
  }

  private static let mostWithdrawnKids = 100

  /// Whether it needs no fetch to say that this key is not there: it was withdrawn, or it is published and not usable.
  /// `afterFetch`: or it is the one that the latest fetch was made for, as whoever asks without waiting comes back for that
  /// answer. Nobody else is given it: an issuer may sign with a key a moment before it publishes it.
  func isKnownToBeAbsent(_ kid: ByteString?, afterFetch: Bool) -> Bool {
    guard let kid else { return afterFetch && absentKid == "" }
    return withdrawnKids.contains(kid) || afterFetch && absentKid == kid
      || snapshot?.keySet.skipped.contains { $0.kid == kid } == true
  }

  /// Whether the set is another one with a key that was not in the one before: the issuer rotates its keys. It may do so
  /// again, so that the next unknown key is asked for at once; a stranger gains one fetch for each rotation by that.
  private mutating func replace(_ before: KeySet, by after: KeySet) -> Bool {
    let kids = after.keys.compactMap { $0.kid }
    withdrawnKids.removeAll { kids.contains($0) }
    for kid in before.keys.compactMap({ $0.kid }) where !kids.contains(kid) { withdrawnKids.append(kid) }
    withdrawnKids = Array(withdrawnKids.suffix(Self.mostWithdrawnKids))
    return after.keys.contains { key in !before.keys.contains { $0.kid == key.kid && $0.isSameKey(as: key) } }
  }

  /// The server of the attempt that just failed asked to be left alone for so many milliseconds: heeded within bounds.
  mutating func leaveAlone(for milliseconds: Int64, at now: Int64) {
    leftAloneUntil = now &+ min(max(milliseconds, 0), policy.longestRequestedDelay)
    retryAt = max(retryAt, leftAloneUntil)
  }

  /// Takes over what came of a fetch that was made for `query`, if for one.
  mutating func record(_ outcome: KeyFetch.Outcome, of query: KeyQuery?, at now: Int64, random: UInt16) {
    var isRotation = false
    switch outcome {
    case .keys(let keys):
      // The same text is the same set, unless a key could not be used then and can be now: what was verified with it
      // stays verified.
      if snapshot == nil || keys.digest != source?.digest || keys.keySet.keys.count != source?.keySet.keys.count {
        if let before = snapshot { isRotation = replace(before.keySet, by: keys.keySet) }
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
    if isRotation {
      unknownKeyAskedAt = nil
    } else if let query, let keys = usableKeys(at: now), query.answer(from: keys) == nil {
      // It was for a key that does not exist, be it the first fetch of all: no other token gets one for that. From now on
      // and not from its start, as it may have taken longer than the cooldown: whoever asks without waiting would start
      // one each time and never be answered.
      noteUnknownKey(at: now)
      let kid = query.kid ?? ""
      if absentKid == kid { withdrawnKids = Array((withdrawnKids + [kid]).suffix(Self.mostWithdrawnKids)) }
      absentKid = kid
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

  /// The answer when no fetch is waited for any more: the latest keys decide, else what is wrong with them; nil where nothing
  /// is, and they are not there. `isFinal`: they were fetched for this, so that a key which is not among them is nowhere.
  /// `afterFetch`: whoever asks may have started the latest fetch without waiting for it.
  func conclude(_ query: KeyQuery, isFinal: Bool, afterFetch: Bool, at now: Int64) -> KeyAnswer? {
    let outage = outage(at: now)
    guard let keys = usableKeys(at: now) else { return outage.map { .failure($0) } }
    if let answer = query.answer(from: keys) { return answer }
    if let outage { return .failure(outage) }
    let isAbsent = isFinal || isKnownToBeAbsent(query.kid, afterFetch: afterFetch)
    return .failure(isAbsent ? query.notFound(in: keys) : query.withheld(from: keys, cooldown: policy.cooldown))
  }

  /// When `mayFetch(.refresh)` next becomes true, as far as can be told now.
  var nextRefreshAt: Int64 { max(refreshAt, retryAt) }

  /// The outage, for a token that cannot be judged; nil when the latest fetch went well.
  func outage(at now: Int64) -> AuthError? {
    guard let lastFailure else { return nil }
    guard snapshot != nil, now >= usableUntil else { return lastFailure }
    return AuthError(
      .keysUnavailable,
      "the keys at hand were last confirmed \((now &- confirmedAt) / 1_000) s ago, too long to go on using them: "
        + lastFailure.message, cause: lastFailure.cause)
  }
}
