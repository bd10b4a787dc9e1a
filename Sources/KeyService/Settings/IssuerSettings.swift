import JOSE
import Support

/// What the host's hook makes of fetched metadata before it is judged (MCP Auth's `transpile_data`).
public protocol MetadataTransform: AnyObject, Sendable {
  /// `json` as it was fetched; the result takes its place. Runs on a thread of the library.
  func transform(_ json: ByteString) throws(AuthError) -> ByteString
}

/// One issuer, as far as its keys are concerned.
public struct IssuerSettings: Sendable {
  /// The issuer identifier, as tokens carry it.
  public var issuer: ByteString
  public var source: KeySource
  /// What `issuer` in the metadata must be, where that is not the identifier itself (Entra's `{tenantid}` template).
  public var metadataIssuer: ByteString?
  /// Another spelling of it that will do, where the configuration forgives one.
  public var otherMetadataIssuer: ByteString?
  /// A token of another algorithm gets no key.
  public var algorithms = AlgorithmSet.defaultSet
  public var http = HTTPReach.nowhere
  public var transport = TransportSettings()
  public var refresh = RefreshSettings()
  public var metadataTransform: (any MetadataTransform)?

  public init(issuer: ByteString, source: KeySource = .discovery) {
    self.issuer = issuer
    self.source = source
  }

  /// Whatever can be judged without the network: INVALID_CONFIG for URLs that may not be fetched, METADATA_INVALID or
  /// JWKS_URI_MISSING for given metadata that is unusable.
  public func check() throws(AuthError) {
    switch source {
    case .keySet: break
    case .jwksURI(let url): try checkScheme(url, "jwks_uri")
    case .metadataURL(let url): try checkScheme(url, "metadata URL")
    case .metadata(let json): _ = try metadataRules(from: nil).read(json, from: "the given metadata")
    case .discovery: for url in try wellKnownURLs(of: issuer) { try checkScheme(url, "well-known URL") }
    }
  }

  private func checkScheme(_ url: HTTPURL, _ what: StaticString) throws(AuthError) {
    guard let reason = schemeRefusal(url, http) else { return }
    throw AuthError(
      .invalidConfig, "\(what) \(quoted(url.text)) of issuer \(quoted(issuer)) cannot be fetched: \(reason)")
  }

  /// For metadata that was fetched from there; nil: that was configured.
  func metadataRules(from url: HTTPURL?) -> MetadataRules {
    MetadataRules(
      issuer: metadataIssuer ?? issuer, otherIssuer: otherMetadataIssuer, configuredIssuer: issuer,
      http: url?.isHTTPS == true ? http.behindTLS : http)
  }
}
