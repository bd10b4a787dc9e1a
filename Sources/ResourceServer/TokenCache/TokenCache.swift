import KeyService
import Support

/// Tokens that were verified, so that a client's next request costs a look-up (attack A33).
///
/// Only successes are in it, and only for as long as verifying the token again would say the same: until exp, not before
/// nbf, while the issuer's keys are the same set, and not longer than the configuration's maximum. It belongs to one
/// verifier, so it never outlives what that was configured with. Any thread.
final class TokenCache: @unchecked Sendable {
  private let settings: TokenCacheSettings
  private let hash: TokenHash
  private let time: any MonotonicTime
  private let lock = StripedLock()
  private let table: TokenTable
  private var order: EvictionOrder
  private var byteCount = 0

  /// nil when the configuration wants none, or has a verifier of its own, whose word is taken once only.
  static func make(for configuration: Configuration) throws(AuthError) -> TokenCache? {
    guard configuration.customVerifier == nil, configuration.tokenCache.maxEntries > 0 else { return nil }
    return TokenCache(configuration.tokenCache, hash: try TokenHash.make(), time: CoarseMonotonicTime.shared)
  }

  init(_ settings: TokenCacheSettings, hash: TokenHash, time: any MonotonicTime) {
    self.settings = settings
    self.hash = hash
    self.time = time
    table = TokenTable(maxEntries: settings.maxEntries)
    order = EvictionOrder(maxEntries: settings.maxEntries)
  }

  deinit {
    table.destroy()
    order.destroy()
  }

  /// What `token` was verified to be, if that still holds. `clock` is asked only when the token is there: the host's is a
  /// callback, and nobody gets it called by forging tokens (attack A34).
  func find(_ token: UnsafeRawBufferPointer, _ clock: any WallClock) -> AuthInfo? {
    let hash = hash.hash(token)
    let stripe = lock.enter()
    let found = look(hash, token, stripe: stripe)
    lock.leave(stripe)
    guard let found else { return nil }
    // Both are asked without the lock: the host's clock may take its time, and the key set may start a fetch.
    switch found.validity.state(now: clock.now(), monotonic: time.milliseconds()) {
    case .notYet: return nil
    case .over: break
    case .usable:
      if found.keys._withUnsafeGuaranteedRef({ $0.isCurrent(generation: found.generation) }) { return found.info }
    }
    forget(token, hash)
    return nil
  }

  private struct Hit {
    let info: AuthInfo
    let keys: Unmanaged<IssuerKeys>
    let generation: UInt64
    let validity: CachedToken.Validity
  }

  /// What is there, while a stripe is held.
  private func look(_ hash: UInt64, _ token: UnsafeRawBufferPointer, stripe: Int) -> Hit? {
    guard let entry = table.find(hash, token) else { return nil }
    return entry._withUnsafeGuaranteedRef { entry in
      Hit(
        info: entry.copy(stripe: stripe), keys: entry.keys, generation: entry.generation, validity: entry.validity)
    }
  }

  /// Keeps what was verified just now, if there is room for it at all.
  func insert(_ new: NewToken, now: Int64) {
    let token = new.info.token
    let monotonic = time.milliseconds()
    let entry = CachedToken(
      new, hash: hash.hash(token), keptUntil: monotonic &+ Int64(settings.maxAgeSeconds) &* 1000,
      copyCount: lock.stripeCount)
    guard entry.byteCount <= settings.maxBytes else { return }
    var leaving: [CachedToken] = []  // freed after the lock
    lock.asWriter {
      if let old = table.find(entry.hash, token)?.takeUnretainedValue() {
        order.remove(old)
        leave(old, &leaving)
      }
      var fits = true
      while fits, order.count >= settings.maxEntries || byteCount > settings.maxBytes &- entry.byteCount {
        let least = order.removeLeastUseful { $0.validity.state(now: now, monotonic: monotonic) == .over }
        if let least { leave(least, &leaving) } else { fits = false }
      }
      if fits {
        order.append(entry)
        byteCount &+= entry.byteCount
      }
      lock.withoutReaders {
        for token in leaving { table.remove(token) }
        if fits { table.insert(entry) }
      }
    }
  }

  private func forget(_ token: UnsafeRawBufferPointer, _ hash: UInt64) {
    var leaving: [CachedToken] = []
    lock.asWriter {
      guard let old = table.find(hash, token)?.takeUnretainedValue() else { return }
      order.remove(old)
      leave(old, &leaving)
      lock.withoutReaders { table.remove(old) }
    }
  }

  /// Takes `token` out of the account. It stays in the table until nobody reads.
  private func leave(_ token: CachedToken, _ leaving: inout [CachedToken]) {
    byteCount &-= token.byteCount
    leaving.append(token)
  }

  /// For tests: how much is in it now.
  var contents: (entries: Int, bytes: Int) { lock.asWriter { (order.count, byteCount) } }
}
