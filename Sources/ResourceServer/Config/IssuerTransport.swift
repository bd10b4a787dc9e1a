import JOSE
import KeyService
import Support

/// How an issuer's metadata and keys are fetched, and for how long they are used.
extension IssuerConfiguration {
  private static let longestCAFile = 16 << 20

  public func setCAFile(_ path: ByteString) throws(AuthError) {
    let content = try Files.read(path, "the file of certificate authorities", limit: Self.longestCAFile)
    guard holdsCertificate(content) else {
      throw AuthError(
        .invalidArgument,
        "the file of certificate authorities \(quoted(path)) holds no certificate that can be read; it has to be PEM, "
          + "with \"-----BEGIN CERTIFICATE-----\"")
    }
    transport.caFile = path
  }

  public func setCADirectory(_ path: ByteString) throws(AuthError) {
    try Files.check(directory: path, "the directory of certificate authorities")
    transport.caDirectory = path
  }

  /// Empty: none, whatever the environment says. The text is never shown, as it may hold a password.
  public func setProxy(_ url: ByteString) throws(AuthError) {
    guard !url.isEmpty else {
      transport.proxy = .none
      return
    }
    if let problem = ProxyURL.problem(of: url) {
      throw AuthError(.invalidArgument, "the proxy of issuer \(quoted(identifier)) \(problem)")
    }
    transport.proxy = .url(url)
  }

  /// For one request; a fetch of several may take twice as long.
  public func setFetchTimeout(milliseconds: UInt32) throws(AuthError) {
    transport.totalTimeout = try bounded(milliseconds, 100...60_000, "fetch timeout", "ms")
    refresh.fetchBudget = transport.totalTimeout * 2
  }

  public func setConnectTimeout(milliseconds: UInt32) throws(AuthError) {
    transport.connectTimeout = try bounded(milliseconds, 50...60_000, "connect timeout", "ms")
  }

  public func setCooldown(seconds: UInt32) throws(AuthError) {
    refresh.cooldown = try bounded(seconds, 1...3_600, "cooldown", "s") * 1_000
  }

  public func setKeyLifetime(seconds: UInt32, longest: UInt32) throws(AuthError) {
    let longest = try bounded(longest, 1...86_400, "longest key lifetime", "s")
    refresh.longestLifetime = longest * 1_000
    refresh.defaultLifetime = try bounded(seconds, 1...longest, "key lifetime", "s") * 1_000
  }

  public func setMaximumStaleness(seconds: UInt32) throws(AuthError) {
    refresh.longestStale = try bounded(seconds, 1...604_800, "maximum staleness", "s") * 1_000
  }

  private func bounded(
    _ value: UInt32, _ range: ClosedRange<Int64>, _ what: Diagnostic, _ unit: Diagnostic
  ) throws(AuthError) -> Int64 {
    guard range.contains(Int64(value)) else {
      throw AuthError(
        .invalidArgument,
        "the \(what) of issuer \(quoted(identifier)) is \(value) \(unit), which is not within \(range.lowerBound) to "
          + "\(range.upperBound) \(unit)")
    }
    return Int64(value)
  }
}
