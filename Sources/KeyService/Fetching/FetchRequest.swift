import Support

/// One GET.
public final class FetchRequest: Sendable {
  public let url: HTTPURL
  /// The Accept header's value.
  public let accept: ByteString
  /// The ETag of the document that is held already; the answer may then be 304 (RFC 9110 section 13.1.2).
  public let ifNoneMatch: ByteString?
  /// Where `url` may be http.
  public let http: HTTPReach
  public let transport: TransportSettings
  public let cancellation: Cancellation

  public init(
    url: HTTPURL, accept: ByteString, ifNoneMatch: ByteString? = nil, http: HTTPReach = .nowhere,
    transport: TransportSettings = TransportSettings(), cancellation: Cancellation = Cancellation()
  ) {
    self.url = url
    self.accept = accept
    self.ifNoneMatch = ifNoneMatch
    self.http = http
    self.transport = transport
    self.cancellation = cancellation
  }

  /// Why this must not be sent, if so: every fetcher asks before it opens a connection (attack A22).
  public var refusal: FetchError? {
    guard let reason = schemeRefusal(url, http) else { return nil }
    return FetchError(.refused, reason)
  }
}

/// Where documents are fetched over http, too: in clear, and from whoever answers.
public enum HTTPReach: Sendable {
  case nowhere
  /// For development and tests.
  case onLoopback
  /// Where the network between is trusted, as within a cluster.
  case anywhere

  /// For what a document names that came over TLS: nothing less will do for it.
  var behindTLS: HTTPReach { self == .nowhere ? .nowhere : .onLoopback }
}

/// Why `url` may not be fetched because of its scheme; nil when it may.
func schemeRefusal(_ url: HTTPURL, _ http: HTTPReach) -> Diagnostic? {
  if url.isHTTPS || http == .anywhere { return nil }
  guard http == .onLoopback else {
    return "it is http, not https; use https, or for development on a loopback host call "
      + "mcpauth_issuer_allow_http_on_loopback"
  }
  return url.isLoopback
    ? nil
    : "it is http and its host is not 127.0.0.0/8, [::1] or localhost; use https, or, where "
      + "the network between is trusted, mcpauth_issuer_dangerous_allow_http"
}
