import JOSE
import JSON
import KeyService
import Support

/// Verifies tokens for one protected resource. An immutable snapshot of a `Configuration`; any thread.
public final class Verifier: Sendable {
  private let issuers: TrustedIssuers
  private let custom: CustomVerification?
  private let policies: PolicyList
  private let clock: any WallClock
  private let metadata: ProtectedResourceMetadata
  private let denials: DenialResponse

  /// No network is used. `fetcher` is asked when a key is first needed.
  ///
  /// A convenience initializer, because Embedded Swift 6.3 leaks the object when a designated one fails early.
  public convenience init(_ configuration: Configuration, fetcher: any Fetcher) throws(Failure) {
    if let failure = configuration.firstFailure { throw failure }
    guard let resource = configuration.resource else {
      throw Failure(.invalidConfig, "the configuration has no resource")
    }
    guard !configuration.issuers.isEmpty || configuration.customVerifier != nil else {
      throw Failure(
        .invalidConfig,
        "no issuer is trusted, so no token could be accepted; add one with mcpauth_config_add_issuer, or set a custom "
          + "verifier")
    }
    let issuers = try TrustedIssuers(configuration.issuers, fetcher: fetcher)
    let metadata = try ProtectedResourceMetadata(
      resource: resource,
      authorizationServers: configuration.issuers.map { $0.identifier },
      scopes: configuration.requiredScopes)
    self.init(configuration, resource: resource, issuers: issuers, metadata: metadata)
  }

  private init(
    _ configuration: Configuration, resource: ProtectedResource, issuers: TrustedIssuers,
    metadata: ProtectedResourceMetadata
  ) {
    self.issuers = issuers
    self.metadata = metadata
    custom = configuration.customVerifier.map { CustomVerification(verifier: $0) }
    policies = PolicyList(configuration, resource: resource)
    clock = configuration.clock
    denials = DenialResponse(
      resourceMetadata: resource.metadataURL,
      requiredScopes: configuration.requiredScopes,
      showErrorDetails: configuration.showErrorDetails)
  }

  /// Verifies one token, given without its scheme. May wait for a key fetch.
  public func verify(_ token: UnsafeRawBufferPointer) throws(Failure) -> AuthInfo {
    guard !token.isEmpty else { throw Failure(.missingBearerToken, "the token is empty") }
    if let custom { return try verifyCustom(token, custom) }
    let unverified = try UnverifiedToken(parsing: token)
    let unverifiedClaims = try unverified.claims()
    let keys = try issuers.keys(for: unverifiedClaims)
    let key = try keys.key(kid: unverified.header.kid, algorithm: unverified.header.algorithm)
    let verified = try unverifiedClaims.verify(with: key)
    let claims = try Claims(verified)
    try policies.check(claims, now: Double(clock.now()))
    return verified.payload.withUnsafeBytes { AuthInfo(token: token, claims: claims, claimsJSON: $0) }
  }

  /// The response to a failure, ready to send.
  public func response(to failure: Failure) -> Response {
    do throws(Failure) {
      return try denials.response(to: failure)
    } catch {
      return .plainServerError
    }
  }

  /// The response to a request for the resource's metadata (RFC 9728); nil when `path` is another.
  public func wellKnown(method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Response? {
    metadata.response(method: method, path: path)
  }

  private func verifyCustom(
    _ token: UnsafeRawBufferPointer, _ custom: CustomVerification
  ) throws(Failure) -> AuthInfo {
    let (claims, json) = try custom.claims(of: token)
    try issuers.check(customIssuer: claims.issuer)
    try policies.check(claims, now: Double(clock.now()))
    return json.withUnsafeBytes { AuthInfo(token: token, claims: claims, claimsJSON: $0) }
  }
}
