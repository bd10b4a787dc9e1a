import JOSE
import JSON
import KeyService
import Support

/// Verifies tokens for one protected resource. An immutable snapshot of a `Configuration`; any thread.
public final class Verifier: Sendable {
  let scopes: ScopeSettings
  let issuers: TrustedIssuers
  /// What was answered so far.
  public let counters = ResultCounters()
  let users = VerifierUsers()
  private let log: (any Log)?
  private let custom: CustomVerification?
  private let policies: PolicyList
  private let clock: any WallClock
  let cache: TokenCache?
  private let headers = HeaderCache()
  private let documents: MetadataDocuments
  private let denials: DenialResponse
  let origins: OriginRules
  let operationCheck: OperationCheck?
  let parameterHeaders: ParameterHeaders
  /// The body of each request has to be read.
  let hasOperationRules: Bool
  let sessions: SessionBinding
  /// Where something is public.
  let anonymous: AuthInfo?

  private init(
    _ configuration: Configuration, _ resource: ProtectedResource, _ issuers: TrustedIssuers,
    _ documents: MetadataDocuments, _ cache: TokenCache?, _ anonymous: AuthInfo?
  ) {
    self.anonymous = anonymous
    self.issuers = issuers
    self.documents = documents
    self.cache = cache
    log = configuration.log
    scopes = configuration.scopes
    custom = configuration.customVerifier.map { CustomVerification(verifier: $0) }
    policies = PolicyList(configuration, resource: resource)
    clock = configuration.clock
    origins = OriginRules(configuration.origins, of: resource, cors: configuration.metadata.cors)
    operationCheck = configuration.operationCheck.map { OperationCheck(check: $0) }
    parameterHeaders = configuration.parameterHeaders
    hasOperationRules = !configuration.scopes.operations.isEmpty || configuration.operationCheck != nil
    sessions = SessionBinding(configuration, resource: resource)
    denials = DenialResponse(
      resourceMetadata: configuration.metadata.url?.text ?? resource.metadataURL, scopes: configuration.scopes,
      showErrorDetails: configuration.showErrorDetails, cors: configuration.metadata.cors)
  }

  /// No network is used. `fetcher` is asked when a key is first needed. (What can fail is done before the object is there:
  /// Embedded Swift 6.3 leaks one whose initializer throws.)
  public convenience init(_ configuration: Configuration, fetcher: any Fetcher) throws(AuthError) {
    let resource = try configuration.checkedResource()
    let issuers = try TrustedIssuers(
      configuration.issuers, fetcher: configuration.fetcher ?? fetcher, log: configuration.log,
      isCustom: configuration.customVerifier != nil)
    let documents = try MetadataDocuments(configuration, resource: resource)
    let cache = try TokenCache.make(for: configuration)
    let anonymous = configuration.scopes.operations.publicOperations.isEmpty ? nil : try AuthInfo.anonymous()
    self.init(configuration, resource, issuers, documents, cache, anonymous)
  }

  var isCustom: Bool { custom != nil }
  var publicOperations: PublicOperations { scopes.operations.publicOperations }
  /// Asked for every request: to look into `publicOperations` would count references to it, where all threads meet.
  var hasPublicOperations: Bool { anonymous != nil }

  /// What a token was verified to be before, if that still holds.
  func cached(_ token: UnsafeRawBufferPointer) -> AuthInfo? {
    guard let info = cache?.find(token, clock) else { return nil }
    countCacheHit()
    return info
  }

  /// (Not inlined, as `note`.)
  @inline(never)
  private func countCacheHit() { counters.countCacheHit() }

  /// Verifies a token whatever was found out about it before, and whatever scopes it has; nil when its key has to be waited for.
  func verifyNew(_ token: UnsafeRawBufferPointer, _ key: KeyGetter) throws(AuthError) -> AuthInfo? {
    guard !token.isEmpty else { throw AuthError(.missingBearerToken, "the token is empty") }
    if let custom { return try verifyCustom(token, custom) }
    let unverified = try UnverifiedToken(parsing: token, cache: headers).claims()
    let subject = subject(of: unverified)
    do throws(AuthError) {
      return try verifyNew(unverified, key)
    } catch {
      throw error.about(subject)
    }
  }

  /// For the log, where it wants to know whom a refusal is about.
  func subject(of claims: borrowing UnverifiedClaims) -> Diagnostic? {
    log.map { $0.wants(.debug) } == true ? claims.subject : nil
  }

  private func verifyNew(_ unverified: consuming UnverifiedClaims, _ key: KeyGetter) throws(AuthError) -> AuthInfo? {
    let name = try issuers.find(unverified)
    guard let found = try key(name.keys, unverified) else { return nil }
    let verified = try unverified.verify(with: found.key)
    headers.keep(verified)
    let claims = try Claims(verified, scopeClaims: scopes.claims)
    try name.check(claims, signedWith: found.key)
    let now = clock.now()
    try policies.check(claims, now: Double(now))
    let window = policies.window(of: claims)
    let info = AuthInfo(token: verified.text, claims: consume claims, claimsJSON: verified.payload, by: scopes)
    guard let cache, !info.lacksRequiredScopes else { return info }
    cache.insert(NewToken(info: info, keys: name.keys, generation: found.generation, window: window), now: now)
    return info
  }

  private func verifyCustom(
    _ token: UnsafeRawBufferPointer, _ custom: CustomVerification
  ) throws(AuthError) -> AuthInfo {
    let claims = try custom.claims(of: token)
    try issuers.check(customIssuer: claims.issuer)
    try policies.check(claims, now: Double(clock.now()))
    let claimsJSON = claims.root.serialized().withUnsafeBytes { BorrowedText($0) }
    return AuthInfo(token: BorrowedText(token), claims: claims, claimsJSON: claimsJSON, by: scopes)
  }

  /// Judges again, now and by the rules of this verifier, what was verified before: for long-lived streams.
  public func check(_ info: AuthInfo) throws(AuthError) {
    guard !info.isAnonymous else { return try checkAnonymous() }
    try issuers.check(info.claims.issuer, isCustom: custom != nil)
    try policies.check(info.claims, now: Double(clock.now()))
    try require(scopes.required, of: info)
  }

  /// Counts what was answered. (Not inlined: a caller would count a reference to the counters, where all threads meet.)
  @inline(never)
  public func note(_ result: ResultCode) { counters.count(result) }

  /// The same, and tells the log why not, by the result's name, and of what token.
  public func note(_ failure: AuthError, name: StaticString) {
    note(failure.result)
    guard let log, log.wants(.debug) else { return }
    let entry: Diagnostic = "\(Outcome.of(failure.result).status) \(name): " + failure.message
    let subject = failure.subject ?? ""
    log.write(.debug, subject.isEmpty ? entry : entry + " [" + subject + "]")
  }

  /// The response to a failure, ready to send; `scopes` as of `DenialResponse`.
  public func response(to failure: AuthError, asking scopes: [ByteString]? = nil) -> Response {
    do throws(AuthError) {
      return try denials.response(to: failure, asking: scopes)
    } catch {
      return .plainServerError
    }
  }

  /// The response to a request for one of the resource's metadata documents; nil when `path` is another.
  public func wellKnown(method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Response? {
    guard path.count >= documents.shortestPath else { return nil }
    do throws(AuthError) {
      return try documents.response(method: method, path: path) { issuers.publishedNames }
    } catch {
      return .plainServerError
    }
  }
}
