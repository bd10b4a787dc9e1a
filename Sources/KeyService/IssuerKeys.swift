import JOSE
import Support
import Synchronization

/// The keys of one issuer of one verifier. Any thread may ask. Keys that have to be fetched are shared with every other
/// verifier of the same issuer and settings; the last one to go cancels what is under way and waits at most 100 ms.
public final class IssuerKeys: Sendable {
  private enum Source: Sendable {
    case configured(KeySnapshot)
    case fetched(KeyCache)
  }

  private let source: Source
  /// The cache of `source`, if it is one, where it can be asked without counting a reference to it: `isCurrent` is on the
  /// path of a token already verified, and all threads would count in one place.
  private let cache: Unmanaged<KeyCache>?
  private let issuer: ByteString
  private let algorithms: AlgorithmSet
  private let owner = LookupOwner()
  private let hasEnded = Atomic<Bool>(false)

  /// No network is used. Settings that `check` refuses give keys that are never found. `log` gets an entry when the keys that
  /// are fetched change, fail and come back.
  public init(
    settings: IssuerSettings, fetcher: any Fetcher, log: (any Log)? = nil,
    time: any MonotonicTime = SystemMonotonicTime.shared
  ) {
    issuer = settings.issuer
    algorithms = settings.algorithms
    if case .keySet(let keySet) = settings.source {
      source = .configured(KeySnapshot(keySet, origin: "given by the configuration"))
      cache = nil
    } else {
      KeyCacheRegistry.shared.prepare()
      fetcher.prepare()
      let cache = KeyCacheRegistry.shared.acquire(settings, fetcher: fetcher, time: time)
      source = .fetched(cache)
      self.cache = .passUnretained(cache)
      if let log { cache.addReader(log, of: owner) }
    }
  }

  deinit {
    if let (cache, pendingFetch) = end() { _ = cache.waitForEnd(of: pendingFetch, until: Self.deadline) }
  }

  /// The key for a token with this header. May wait for a fetch, within the settings' fetch budget; never when the key
  /// is at hand.
  ///
  /// ALGORITHM_NOT_ALLOWED; KEY_NOT_FOUND: the keys are up to date and this one is not among them (401).
  /// KEYS_UNAVAILABLE, METADATA_UNAVAILABLE: they cannot be had now (503). METADATA_INVALID, JWKS_URI_MISSING: what the
  /// issuer publishes is unusable (500).
  public func key(
    kid: ByteString?, thumbprints: CertificateThumbprints = .none, algorithm: Algorithm
  ) throws(AuthError) -> FoundKey {
    let query = try KeyQuery(
      kid: kid, thumbprints: thumbprints, algorithm: algorithm, allowed: algorithms, issuer: issuer)
    switch source {
    case .fetched(let cache): return try cache.key(query)
    case .configured(let keys): return try configuredKey(query, keys)
    }
  }

  /// The same without waiting. nil means that a fetch is under way, perhaps started by this; then, and only then,
  /// `completion` is called once, on a thread of the library, when it is over or this object is closed. The completion may
  /// outlive the call and may run before it returns; it may free anything. Once this object is closed, what would have to
  /// wait fails.
  public func keyWithoutWaiting(
    kid: ByteString?, thumbprints: CertificateThumbprints = .none, algorithm: Algorithm,
    completion: (@Sendable (KeyAnswer) -> Void)? = nil
  ) throws(AuthError) -> FoundKey? {
    let query = try KeyQuery(
      kid: kid, thumbprints: thumbprints, algorithm: algorithm, allowed: algorithms, issuer: issuer)
    switch source {
    case .fetched(let cache): return try cache.keyWithoutWaiting(query, owner: owner, completion: completion)
    case .configured(let keys): return try configuredKey(query, keys)
    }
  }

  private func configuredKey(_ query: KeyQuery, _ keys: KeySnapshot) throws(AuthError) -> FoundKey {
    guard let answer = query.answer(from: keys) else { throw query.notFound(in: keys) }
    return try answer.get()
  }

  /// Begins what `prefetch` waits for, so that several issuers can be asked at the same time.
  public func startPrefetch() {
    if case .fetched(let cache) = source { _ = cache.startPrefetch() }
  }

  /// Fetches the keys if they are not at hand or about to get old, and waits for them. Failures as for `key`.
  public func prefetch() throws(AuthError) {
    if case .fetched(let cache) = source { try cache.prefetch() }
  }

  /// Ends the use of all these: what waits in their `keyWithoutWaiting` is completed with KEYS_UNAVAILABLE, fetches that
  /// nobody else needs are cancelled, all at once, and waited for, 100 ms at most. For whoever frees a verifier that the
  /// completions themselves keep alive.
  public static func close(_ all: [IssuerKeys]) {
    let ending = all.compactMap { $0.end() }
    let deadline = Self.deadline
    for (cache, pendingFetch) in ending { _ = cache.waitForEnd(of: pendingFetch, until: deadline) }
  }

  /// What has to be waited for, if there is something.
  private func end() -> (KeyCache, PendingFetch)? {
    guard case .fetched(let cache) = source, !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else {
      return nil
    }
    cache.close(owner)
    return KeyCacheRegistry.shared.release(cache).map { (cache, $0) }
  }

  private static var deadline: Int64 { MonotonicClock.milliseconds() &+ KeyCache.longestShutdown }

  /// Whether the key set of this number (`FoundKey.generation`) is in use and not too old. Takes no lock. Starts a refresh in the background
  /// when one is due, so that an issuer whose tokens are all known still loses its withdrawn keys.
  public func isCurrent(generation: UInt64) -> Bool {
    if let cache { return cache._withUnsafeGuaranteedRef { $0.isCurrent(generation) } }
    guard case .configured(let keys) = source else { return false }
    return generation == keys.generation
  }

  /// What the issuer's metadata calls it: known once it was read.
  public var nameInMetadata: ByteString? {
    guard case .fetched(let cache) = source else { return nil }
    if case .metadata(let json) = cache.settings.source {
      return cache.settings.metadataRules(from: nil).issuer(in: json)
    }
    return cache.withLock { $0.state.nameInMetadata }
  }

  /// Any thread; the numbers belong together only roughly.
  public var statistics: KeyStatistics {
    switch source {
    case .configured(let keys):
      KeyCounters().statistics(
        keyCount: keys.keySet.keys.count, keyAge: nil, failuresInARow: 0, isFetching: false)
    case .fetched(let cache): cache.statistics()
    }
  }
}
