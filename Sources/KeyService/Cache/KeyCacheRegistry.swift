import JOSE
import Support

/// The key caches of the process: verifiers with the same issuer and settings share one, so that each issuer is asked
/// once, not once for each verifier. A cache lives as long as somebody uses it.
final class KeyCacheRegistry: Sendable {
  static let shared = KeyCacheRegistry()

  /// The caches with their users. A list and not a table, as there are few, and what they are compared by is much.
  private final class Caches: @unchecked Sendable {
    var all: [(cache: KeyCache, users: Int)] = []
  }

  private let lock = Lock(survivesFork: true)
  private let caches = Caches()

  /// One more user of the cache for these settings.
  func acquire(_ settings: IssuerSettings, fetcher: any Fetcher, time: any MonotonicTime) -> KeyCache {
    // Made in front of the lock, under which no other lock may be made; freed behind it when it is not needed.
    let spare = KeyCache(settings, fetcher: fetcher, time: time)
    return lock.withLock {
      if let index = caches.all.firstIndex(where: { spare.isInterchangeable(with: $0.cache) }) {
        caches.all[index].users += 1
        return caches.all[index].cache
      }
      caches.all.append((spare, 1))
      return spare
    }
  }

  /// One user less; the last one cancels what is under way, which is given back to be waited for.
  func release(_ cache: KeyCache) -> PendingFetch? {
    let isLast = lock.withLock {
      guard let index = caches.all.firstIndex(where: { $0.cache === cache }) else { return false }
      caches.all[index].users -= 1
      let isLast = caches.all[index].users == 0
      if isLast { caches.all.remove(at: index) }
      return isLast
    }
    return isLast ? cache.cancel() : nil
  }

  /// What is done once in a process, before any thread of the library fetches: OpenSSL is made ready, and an exit of the
  /// process ends the fetches under way first, as OpenSSL takes itself down then and a fetching thread inside it would
  /// crash. Handlers run in reverse order, so OpenSSL has to be started before.
  func prepare() { _ = Self.isPrepared }

  private static let isPrepared: Bool = {
    prepareForExit()
    prepareOpenSSL()
    atProcessExit { KeyCacheRegistry.shared.shutDownAll() }
    return true
  }()

  private func shutDownAll() {
    let all = lock.withLock { caches.all.map { $0.cache } }
    let pendingFetches = all.map { $0.cancel() }
    let deadline = MonotonicClock.milliseconds() &+ KeyCache.longestShutdown
    for (cache, pendingFetch) in zip(all, pendingFetches) {
      if let pendingFetch { _ = cache.waitForEnd(of: pendingFetch, until: deadline) }
    }
  }
}

extension KeyCache {
  /// Whether two verifiers with these settings can share keys: everything is equal that decides where they come from and
  /// how. The algorithms do not count, as they only choose among the keys.
  fileprivate func isInterchangeable(with other: KeyCache) -> Bool {
    let (left, right) = (settings, other.settings)
    return issuerHash == other.issuerHash && left.issuer == right.issuer && left.source.isEqual(to: right.source)
      && left.metadataIssuer == right.metadataIssuer && left.otherMetadataIssuer == right.otherMetadataIssuer
      && left.http == right.http
      && left.transport == right.transport && left.refresh == right.refresh
      && left.metadataTransform === right.metadataTransform && fetcher === other.fetcher && time === other.time
  }
}

extension KeySource {
  fileprivate func isEqual(to other: KeySource) -> Bool {
    switch (self, other) {
    case (.jwksURI(let left), .jwksURI(let right)), (.metadataURL(let left), .metadataURL(let right)):
      return left.text == right.text
    case (.metadata(let left), .metadata(let right)): return left == right
    case (.discovery, .discovery): return true
    default: return false
    }
  }
}
