import CCurl
import KeyService
import Support

extension CurlOptions {
  /// Everything about a request that is the same whatever arrives; each line is a rule of attacks A22, A24 or A25.
  func apply(_ request: FetchRequest, userAgent: ByteString) throws(FetchError) {
    try set(CURLOPT_URL, request.url.text)
    try set(CURLOPT_USERAGENT, userAgent)
    try set(CURLOPT_NOSIGNAL, 1)
    try applyReach(request)
    try applyTLS(request.transport)
    try applyLimits(request.transport)
  }

  /// Where the request may go: one protocol, no redirect, no user from the URL, nothing remembered from elsewhere.
  private func applyReach(_ request: FetchRequest) throws(FetchError) {
    try restrictProtocol(toHTTPS: request.url.isHTTPS)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_MAXREDIRS, 0)
    try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    try set(CURLOPT_NETRC, Int(ccurl_netrc_ignored))
    try set(CURLOPT_HTTP09_ALLOWED, 0)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(
      CURLOPT_OPENSOCKETFUNCTION, request.url.isHTTPS || request.http == .anywhere ? openSocket : openLoopbackSocket)
    switch request.transport.proxy {
    case _ where !request.url.isHTTPS: try set(CURLOPT_PROXY, "")
    case .environment:
      if let problem = ProxyURL.problemOfEnvironment() { throw FetchError(.refused, problem) }
    case .none: try set(CURLOPT_PROXY, "")
    case .url(let proxy):
      try set(CURLOPT_PROXY, proxy)
      // Else curl hears the environment's no_proxy all the same, and goes past the proxy that was asked for.
      try set(CURLOPT_NOPROXY, "")
    }
  }

  /// Peer and host are verified: curl's default, said once more because everything rests on it.
  private func applyTLS(_ transport: TransportSettings) throws(FetchError) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_PROXY_SSL_VERIFYPEER, 1)
    try set(CURLOPT_PROXY_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, Int(ccurl_tls_1_2))
    if transport.caFile != nil || transport.caDirectory != nil {
      // Both, so that what is not given is not the system's.
      try set(CURLOPT_CAINFO, orNone: transport.caFile)
      try set(CURLOPT_CAPATH, orNone: transport.caDirectory)
    } else {
      // What containers and companies set in place of the system's, for every program that uses OpenSSL. libcurl alone
      // does not read them. Each takes the place of its own kind, as there; a process with raised rights reads neither.
      if let file = trustedEnvironment("SSL_CERT_FILE") { try set(CURLOPT_CAINFO, file) }
      if let directory = trustedEnvironment("SSL_CERT_DIR") { try set(CURLOPT_CAPATH, directory) }
    }
    let wantsHTTP2 = transport.allowsHTTP2 && CurlLibrary.hasHTTP2
    try set(CURLOPT_HTTP_VERSION, wantsHTTP2 ? Int(ccurl_http_2_tls) : Int(ccurl_http_1_1))
  }

  private func applyLimits(_ transport: TransportSettings) throws(FetchError) {
    try set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(transport.connectTimeout, 1)))
    try set(CURLOPT_TIMEOUT_MS, Int(max(transport.totalTimeout, 1)))
    try set(CURLOPT_LOW_SPEED_LIMIT, Int(transport.lowSpeedBytes))
    try set(CURLOPT_LOW_SPEED_TIME, Int(transport.lowSpeedSeconds))
    try set(CURLOPT_MAXFILESIZE_LARGE, bytes: transport.maximumBytes)
    // Cleaning up must not wait for a name lookup: freeing the last verifier returns within 100 ms.
    setIfKnown(CURLoption(UInt32(ccurl_option_quick_exit)), 1)
  }
}
