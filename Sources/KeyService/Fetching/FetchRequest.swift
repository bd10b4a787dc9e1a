import Support

/// One GET.
public final class FetchRequest: Sendable {
  public let url: HTTPURL
  /// The Accept header's value.
  public let accept: ByteString
  /// The ETag of the document that is held already; the answer may then be 304 (RFC 9110 section 13.1.2).
  public let ifNoneMatch: ByteString?
  /// Whether `url` may be http, on a loopback host only.
  public let allowsHTTPOnLoopback: Bool
  public let transport: TransportSettings
  public let cancellation: Cancellation

  public init(
    url: HTTPURL, accept: ByteString, ifNoneMatch: ByteString? = nil, allowsHTTPOnLoopback: Bool = false,
    transport: TransportSettings = TransportSettings(), cancellation: Cancellation = Cancellation()
  ) {
    self.url = url
    self.accept = accept
    self.ifNoneMatch = ifNoneMatch
    self.allowsHTTPOnLoopback = allowsHTTPOnLoopback
    self.transport = transport
    self.cancellation = cancellation
  }

  /// Why this must not be sent, if so: every fetcher asks before it opens a connection (attack A22).
  public var refusal: FetchError? {
    guard let reason = schemeRefusal(url, allowsHTTPOnLoopback: allowsHTTPOnLoopback) else { return nil }
    return FetchError(.refused, reason)
  }
}

/// Why `url` may not be fetched because of its scheme; nil when it may.
@inline(never)
func schemeRefusal(_ url: HTTPURL, allowsHTTPOnLoopback: Bool) -> Diagnostic? {
  if url.isHTTPS { return nil }
  guard allowsHTTPOnLoopback else {
    return "it is http, not https; use https, or for development on a loopback host call "
      + "mcpauth_issuer_allow_http_on_loopback"
  }
  return url.isLoopback ? nil : "it is http and its host is not 127.0.0.0/8, [::1] or localhost; use https"
}
