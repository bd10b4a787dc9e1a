import JOSE
import KeyService
import Support

/// What a verifier is made from. Mutable, one thread at a time; `Verifier` takes a snapshot of it.
///
/// Leaving something out gives the strict behaviour. Changes are made through `apply`, which keeps the first failure: a
/// chain of setters whose results nobody read can never end in a weaker verifier.
public final class Configuration {
  public private(set) var firstFailure: AuthError?
  public private(set) var issuers: [IssuerConfiguration] = []
  private(set) var resource: ProtectedResource?
  var scopes = ScopeSettings()
  var audience = AudienceSettings()
  var metadata = MetadataSettings()
  var origins = OriginSettings()
  var operationCheck: (any HostOperationCheck)?
  var parameterHeaders = ParameterHeaders()
  private(set) var leewaySeconds: UInt32 = 60
  private(set) var showErrorDetails = false
  private(set) var requiresExpiry = true
  private(set) var requiresSubject = true
  private(set) var tokenTypeCheck = TokenTypeCheck.knownTypes
  private(set) var maximumAgeSeconds: UInt32?
  private(set) var tokenCache = TokenCacheSettings()
  private(set) var clock: any WallClock = SystemWallClock()
  /// nil: each verifier has a random one.
  var sessionKey: SharedSecret?
  private(set) var customVerifier: (any CustomVerifier)?
  /// In place of the library's own.
  public private(set) var fetcher: (any Fetcher)?
  private(set) var log: (any Log)?

  public init() {}

  /// Makes one change. Whatever it throws is kept, if it is the first, and makes the configuration unusable.
  public func apply(_ change: (Configuration) throws(AuthError) -> Void) throws(AuthError) {
    do throws(AuthError) {
      try change(self)
    } catch {
      if firstFailure == nil { firstFailure = error }
      throw error
    }
  }

  /// The resource of a configuration that a verifier can be made from.
  func checkedResource() throws(AuthError) -> ProtectedResource {
    if let firstFailure { throw firstFailure }
    guard let resource else { throw AuthError(.invalidConfig, "the configuration has no resource") }
    guard !issuers.isEmpty || customVerifier != nil else {
      throw AuthError(
        .invalidConfig,
        "no issuer is trusted, so no token could be accepted; add one with mcpauth_config_add_issuer, or set a custom "
          + "verifier")
    }
    try audience.check()
    try checkCustomVerifier()
    return resource
  }

  /// A rule that was asked for and that nothing would be judged by is a mistake, not a rule.
  private func checkCustomVerifier() throws(AuthError) {
    guard customVerifier != nil else { return }
    guard maximumAgeSeconds == nil, tokenTypeCheck != .rfc9068, scopes.claims.isEmpty else {
      throw AuthError(
        .invalidConfig,
        "a maximum token age, the RFC 9068 profile and scope claims are rules for JWTs, and a custom verifier was set: "
          + "have it apply them, and leave those calls out")
    }
  }

  public func setResource(_ text: ByteString, dangerouslyHTTP: Bool = false) throws(AuthError) {
    resource = try ProtectedResource(text, allowsHTTP: dangerouslyHTTP)
  }

  public func addIssuer(_ text: ByteString) throws(AuthError) -> IssuerConfiguration {
    let url = try HTTPURL(text, what: "issuer")
    guard url.query.isEmpty else {
      throw AuthError(.invalidArgument, "issuer \(quoted(text)) has a query; an issuer identifier has none")
    }
    guard !issuers.contains(where: { $0.identifier == text }) else {
      throw AuthError(.invalidConfig, "issuer \(quoted(text)) was added before")
    }
    try ConfigurationLimits.check(issuers.count, ConfigurationLimits.issuers, "issuers")
    let issuer = IssuerConfiguration(url)
    issuers.append(issuer)
    return issuer
  }

  public func setLeeway(seconds: UInt32) throws(AuthError) {
    guard seconds <= ConfigurationLimits.leewaySeconds else {
      throw AuthError(
        .invalidArgument,
        "leeway \(seconds) s is above \(ConfigurationLimits.leewaySeconds) s; synchronise the clocks instead")
    }
    leewaySeconds = seconds
  }

  public func setMaximumTokenAge(seconds: UInt32) throws(AuthError) {
    guard seconds > 0 else { throw AuthError(.invalidArgument, "a maximum token age of 0 s would refuse every token") }
    maximumAgeSeconds = seconds
  }

  /// Only access tokens of the RFC 9068 profile.
  public func requireRFC9068() throws(AuthError) { try setTokenTypeCheck(.rfc9068) }

  /// Whatever the issuer signs passes for an access token.
  public func dangerousDisableTokenTypeCheck() throws(AuthError) { try setTokenTypeCheck(.off) }

  private func setTokenTypeCheck(_ check: TokenTypeCheck) throws(AuthError) {
    guard tokenTypeCheck == .knownTypes || tokenTypeCheck == check else {
      throw AuthError(.invalidConfig, "the token type check is both disabled and made strict; choose one")
    }
    tokenTypeCheck = check
  }

  public func setTokenCache(maxEntries: Int, maxBytes: Int, maxAgeSeconds: UInt32) throws(AuthError) {
    tokenCache = try TokenCacheSettings(maxEntries: maxEntries, maxBytes: maxBytes, maxAgeSeconds: maxAgeSeconds)
  }

  public func setShowErrorDetails(_ show: Bool) { showErrorDetails = show }
  public func dangerousAllowMissingExpiry() { requiresExpiry = false }
  public func dangerousAllowMissingSubject() { requiresSubject = false }
  public func setClock(_ clock: any WallClock) { self.clock = clock }
  public func setFetcher(_ fetcher: any Fetcher) { self.fetcher = fetcher }
  public func setLog(_ log: any Log) { self.log = log }
  public func setCustomVerifier(_ verifier: any CustomVerifier) { customVerifier = verifier }
}
