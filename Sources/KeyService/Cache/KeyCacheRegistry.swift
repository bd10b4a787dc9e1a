import JOSE
import Support

/// The key caches of the process: verifiers with the same issuer and settings share one, so that each issuer is asked
/// once, not once for each verifier. A cache lives as long as somebody uses it.
final class KeyCacheRegistry: Sendable {
  static let shared = KeyCacheRegistry()

  private final class Entry {
    let cache: KeyCache
    var users = 0
    init(_ cache: KeyCache) { self.cache = cache }
  }

  private final class Table: @unchecked Sendable {
    var entries: [CacheIdentity: Entry] = [:]
  }

  private let lock = Lock(survivesFork: true)
  private let table = Table()

  /// One more user of the cache for these settings.
  func acquire(_ settings: IssuerSettings, fetcher: any Fetcher, time: any MonotonicTime) -> KeyCache {
    let identity = CacheIdentity(settings, fetcher: fetcher, time: time)
    // Made in front of the lock, under which no other lock may be made; freed behind it when it is not needed.
    let spare = Entry(KeyCache(settings, fetcher: fetcher, time: time))
    return lock.withLock {
      let entry = table.entries[identity] ?? spare
      entry.users += 1
      table.entries[identity] = entry
      return entry.cache
    }
  }

  /// One user less; the last one cancels what is under way, which is given back to be waited for.
  func release(_ cache: KeyCache) -> KeyFlight? {
    let identity = CacheIdentity(cache.settings, fetcher: cache.fetcher, time: cache.time)
    let isLast = lock.withLock {
      guard let entry = table.entries[identity], entry.cache === cache else { return false }
      entry.users -= 1
      if entry.users == 0 { table.entries[identity] = nil }
      return entry.users == 0
    }
    return isLast ? cache.cancel() : nil
  }

  /// Makes sure, once, that an exit of the process ends the fetches under way first: OpenSSL takes itself down then,
  /// and a fetching thread inside it would crash. Handlers run in reverse order, so OpenSSL has to be started before.
  func prepareForExit() { _ = Self.exitHandler }

  private static let exitHandler: Bool = {
    JOSE.prepareForExit()
    atProcessExit { KeyCacheRegistry.shared.shutDownAll() }
    return true
  }()

  private func shutDownAll() {
    let caches = lock.withLock { table.entries.values.map { $0.cache } }
    let flights = caches.map { $0.cancel() }
    let deadline = MonotonicClock.milliseconds() &+ KeyCache.longestShutdown
    for (cache, flight) in zip(caches, flights) {
      if let flight { _ = cache.land(flight, before: deadline) }
    }
  }
}

/// What has to be equal for two verifiers to share keys: everything that decides where they come from and how. The
/// algorithms are not in it, as they only choose among the keys.
private struct CacheIdentity: Hashable {
  private enum Source: Hashable {
    case none
    case jwksURI(ByteString)
    case metadata(ByteString)
    case metadataURL(ByteString)
    case discovery
  }

  private let issuer: ByteString
  private let source: Source
  private let metadataIssuer: ByteString?
  private let allowsHTTPOnLoopback: Bool
  private let transport: TransportSettings
  private let refresh: RefreshPolicy
  // By identity, which hashing leaves out.
  private let metadataTransform: (any MetadataTransform)?
  private let fetcher: any Fetcher
  private let time: any MonotonicTime

  init(_ settings: IssuerSettings, fetcher: any Fetcher, time: any MonotonicTime) {
    issuer = settings.issuer
    switch settings.source {
    case .keySet: source = .none
    case .jwksURI(let url): source = .jwksURI(url.text)
    case .metadata(let json): source = .metadata(json)
    case .metadataURL(let url): source = .metadataURL(url.text)
    case .discovery: source = .discovery
    }
    metadataIssuer = settings.metadataIssuer
    allowsHTTPOnLoopback = settings.allowsHTTPOnLoopback
    transport = settings.transport
    refresh = settings.refresh
    metadataTransform = settings.metadataTransform
    self.fetcher = fetcher
    self.time = time
  }
  static func == (left: CacheIdentity, right: CacheIdentity) -> Bool {
    left.issuer == right.issuer && left.source == right.source && left.metadataIssuer == right.metadataIssuer
      && left.allowsHTTPOnLoopback == right.allowsHTTPOnLoopback && left.transport == right.transport
      && left.refresh == right.refresh && left.metadataTransform === right.metadataTransform
      && left.fetcher === right.fetcher && left.time === right.time
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(issuer)
    hasher.combine(source)
    hasher.combine(transport)
    hasher.combine(refresh)
  }
}
