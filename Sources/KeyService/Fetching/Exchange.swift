import Support

/// The requests of one fetch of keys, which share a budget of time and a cancellation.
final class Exchange {
  let fetcher: any Fetcher
  let settings: IssuerSettings
  let policy: RefreshPolicy
  let cancellation: Cancellation
  let time: any MonotonicTime
  /// Milliseconds of `time`.
  private let deadline: Int64
  let counters: KeyCounters
  /// Milliseconds for which servers asked not to be asked again; the longest of them.
  private(set) var requestedDelay: Int64 = 0

  init(
    fetcher: any Fetcher, settings: IssuerSettings, policy: RefreshPolicy, cancellation: Cancellation,
    time: any MonotonicTime, startedAt: Int64, counters: KeyCounters
  ) {
    self.fetcher = fetcher
    self.settings = settings
    self.policy = policy
    self.cancellation = cancellation
    self.time = time
    deadline = startedAt &+ policy.fetchBudget
    self.counters = counters
  }

  func get(_ url: HTTPURL, accept: ByteString, ifNoneMatch: ByteString? = nil) throws(FetchError) -> FetchResponse {
    guard !cancellation.isCancelled else { throw FetchError(.cancelled, "the fetch was cancelled") }
    let left = deadline &- time.milliseconds()
    guard left > 0 else {
      throw FetchError(.timedOut, "the requests before it took all of the \(policy.fetchBudget) ms")
    }
    var transport = settings.transport
    transport.totalTimeout = min(transport.totalTimeout, left)
    let request = FetchRequest(
      url: url, accept: accept, ifNoneMatch: ifNoneMatch, http: settings.http,
      transport: transport, cancellation: cancellation)
    if let refusal = request.refusal { throw refusal }
    counters.countRequest()
    let response = try fetcher.fetch(request)
    if response.isOutage { requestedDelay = max(requestedDelay, retryAfter(response)) }
    // A host's own fetcher may not have kept to it.
    guard response.body.count <= transport.maximumBytes else {
      throw FetchError(.tooLarge, "the answer is larger than \(transport.maximumBytes) bytes")
    }
    return response
  }
}

extension FetchResponse {
  /// The server says that it cannot answer now (RFC 9110 sections 15.5.9 and 15.6, RFC 6585 section 4).
  var isOutage: Bool { status == 408 || status == 429 || (500..<600).contains(status) }

  /// Why this is not the document that was asked for; nil for a 200 that is no web page.
  var whyNoDocument: Diagnostic? {
    switch status {
    case 200: break
    case 304:
      return
        "HTTP status 304 (not modified), though no document was named to compare with; check the proxy or cache that "
        + "answers"
    case 300..<400:
      let target: Diagnostic = field("location").map { " to \(quoted($0))" } ?? ""
      return "HTTP status \(status), a redirect\(target); redirects are not followed, so configure the final URL"
    default: return "HTTP status \(status)"
    }
    let coding = (field("content-encoding") ?? "identity").lowercased
    let start = body.bytes.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
    // A host's own client may have undone the coding, and left the field.
    if coding != "identity", start != UInt8(ascii: "{") {
      return "the answer is compressed (Content-Encoding \(quoted(coding))), though identity was asked for; switch "
        + "compression off for it, at the server or at what stands in front of it"
    }
    guard start != UInt8(ascii: "<") else {
      return
        "the answer is a web page (HTML), not JSON; check the URL, and that no login page or proxy answers in its place"
    }
    return body.whyNoText
  }
}

extension ByteString {
  /// What is known by its first bytes not to be JSON in UTF-8.
  fileprivate var whyNoText: Diagnostic? {
    func begins(_ first: [UInt8]) -> Bool { bytes.starts(with: first) }
    if bytes.isEmpty { return "the answer is empty; check the URL" }
    if begins([0xEF, 0xBB, 0xBF]) {
      return
        "the answer begins with a byte order mark, which JSON must not have (RFC 8259 section 8.1); have it published "
        + "without one"
    }
    if begins([0xFE, 0xFF]) || begins([0xFF, 0xFE]) || begins([0x7B, 0]) || begins([0, 0x7B]) {
      return "the answer is in UTF-16; JSON is UTF-8 (RFC 8259 section 8.1): have it published so"
    }
    if begins([0x1F, 0x8B]) {
      return
        "the answer is compressed (gzip), which was not asked for; turn that off at the server, or at the proxy in "
        + "front of it"
    }
    return nil
  }
}
