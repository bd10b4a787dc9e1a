import JOSE
import Support

/// One attempt to get an issuer's keys: the metadata if needed, then the key set. It runs without any lock.
struct KeyFetch {
  /// What is known from before and need not be fetched, or not as a whole.
  struct Held {
    /// From discovery; nil when it has to be done.
    var jwksURI: DiscoveredURI?
    /// The ETag of the keys at hand, which says something about their URL only.
    var etag: ByteString?
    var keysURL: HTTPURL?
    /// Milliseconds that they were said to be fresh.
    var lifetime: Int64?
  }

  struct DiscoveredURI {
    let url: HTTPURL
    /// The issuer's name in the metadata that told it.
    let issuer: ByteString
    /// Milliseconds of the cache's clock.
    let usableUntil: Int64
  }

  enum Outcome {
    case keys(FetchedKeys)
    /// The server confirmed the keys at hand (304).
    case unchanged(lifetime: Int64, discovered: DiscoveredURI?)
    case failed(AuthError)
    case cancelled
  }

  let exchange: Exchange
  private var settings: IssuerSettings { exchange.settings }

  func run(_ held: Held) -> Outcome {
    do throws(AuthError) {
      var discovered: DiscoveredURI?
      let url = try locate(held, &discovered)
      return try fetchKeys(url, held, discovered)
    } catch {
      return exchange.cancellation.isCancelled ? .cancelled : .failed(error)
    }
  }

  /// The keys alone, from a place that is known.
  func run(keySetAt url: HTTPURL) -> Outcome {
    do throws(AuthError) {
      return try fetchKeys(url, Held(), nil)
    } catch {
      return exchange.cancellation.isCancelled ? .cancelled : .failed(error)
    }
  }

  /// The key set's URL; `discovered` only when metadata told it.
  private func locate(_ held: Held, _ discovered: inout DiscoveredURI?) throws(AuthError) -> HTTPURL {
    let urls: [HTTPURL]
    switch settings.source {
    case .jwksURI(let url): return url
    case .metadata(let json):
      return try settings.metadataRules(from: nil).read(json, from: "the given metadata").jwksURI
    case .metadataURL(let url): urls = [url]
    case .discovery: urls = try wellKnownURLs(of: settings.issuer)
    case .keySet: throw AuthError(.internal, "static keys are never fetched")
    }
    if let uri = held.jwksURI {
      discovered = uri
      return uri.url
    }
    let found = try Discovery(exchange: exchange).run(urls)
    discovered = DiscoveredURI(
      url: found.jwksURI, issuer: found.issuer, usableUntil: exchange.time.milliseconds() &+ found.lifetime)
    return found.jwksURI
  }

  private func fetchKeys(_ url: HTTPURL, _ held: Held, _ discovered: DiscoveredURI?) throws(AuthError) -> Outcome {
    let etag = held.keysURL == url ? held.etag : nil
    let response = try fetch(url, etag: etag)
    let policy = exchange.policy
    if response.status == 304, etag != nil {
      return .unchanged(lifetime: lifetime(of: response, policy: policy, held: held.lifetime), discovered: discovered)
    }
    if let reason = response.whyNoDocument { throw unavailable(url, reason, isOutage: response.isOutage) }
    let keySet: KeySet
    do throws(KeyError) {
      keySet = try KeySet.parse(response.body)
    } catch {
      if error.isOutOfMemory { throw error.failure(.noMemory, "the keys at \(quoted(url.text)): ") }
      throw unavailable(url, error.message, isOutage: false)
    }
    guard !keySet.keys.isEmpty else {
      let why = keySet.skipped.isEmpty ? "it is empty" : keySet.skippedReasons
      throw unavailable(url, "the key set has no key that signatures can be verified with: \(why)", isOutage: false)
    }
    return .keys(
      FetchedKeys(
        keySet: keySet, url: url, digest: try sha256(response.body), etag: usableETag(response),
        lifetime: lifetime(of: response, policy: policy), discovered: discovered))
  }

  private func fetch(_ url: HTTPURL, etag: ByteString?) throws(AuthError) -> FetchResponse {
    do throws(FetchError) {
      return try exchange.get(url, accept: "application/jwk-set+json, application/json", ifNoneMatch: etag)
    } catch {
      throw unavailable(url, error.message, isOutage: error.isOutage)
    }
  }

  /// An ETag goes back into a request: one that cannot stand there, or is absurd, is not kept.
  private func usableETag(_ response: FetchResponse) -> ByteString? {
    guard let etag = response.field("etag"), etag.count <= 512, !etag.hasControlCharacter else { return nil }
    return etag
  }

  private func unavailable(_ url: HTTPURL, _ reason: Diagnostic, isOutage: Bool) -> AuthError {
    AuthError(
      .keysUnavailable,
      "the keys of issuer \(quoted(settings.issuer)) cannot be had from \(quoted(url.text)): \(reason)",
      cause: isOutage ? .outage : .message)
  }
}

/// A key set as it was fetched.
struct FetchedKeys {
  let keySet: KeySet
  let url: HTTPURL
  /// SHA-256 of the document: the same text is the same set.
  let digest: [UInt8]
  let etag: ByteString?
  /// Milliseconds, within the policy's bounds; as the latest answer that confirmed them says.
  var lifetime: Int64
  let discovered: KeyFetch.DiscoveredURI?
}
