import JOSE
import KeyService
import Support

extension IssuerConfiguration {
  /// What the key service needs to know of this issuer. Judges what can only be judged once all was said:
  /// INVALID_CONFIG, or METADATA_INVALID and JWKS_URI_MISSING for given metadata.
  public func keySettings() throws(AuthError) -> IssuerSettings {
    try checkAlgorithms()
    var settings = IssuerSettings(issuer: identifier, source: try keySource())
    settings.algorithms = algorithms
    settings.http = http
    settings.metadataIssuer = names.expectedMetadataIssuer
    if names.ignoresTrailingSlash {
      settings.otherMetadataIssuer = togglingTrailingSlash(names.metadataIssuer ?? identifier)
    }
    settings.metadataTransform = metadataTransform
    settings.transport = transport
    settings.refresh = refresh
    try settings.check()
    return settings
  }

  /// Whether nothing was said of where its keys are.
  var isNameAlone: Bool { sources.isEmpty && staticKeys.isEmpty }

  /// What never fetches anything and has no key.
  var nameAlone: IssuerSettings { IssuerSettings(issuer: identifier, source: .keySet(KeySet(keys: []))) }

  private func keySource() throws(AuthError) -> KeySource {
    guard sources.count <= 1 else {
      throw AuthError(
        .invalidConfig,
        "issuer \(quoted(identifier)): set its keys or metadata once, by one of jwks_uri, jwks_json, jwks_file, "
          + "metadata_json and metadata_url")
    }
    switch sources.first {
    case .keySet(let keySet): return .keySet(KeySet(keys: keySet.keys + staticKeys, skipped: keySet.skipped))
    case nil: return staticKeys.isEmpty ? .discovery : .keySet(KeySet(keys: staticKeys))
    case .jwksURI(let uri): return try alone(.jwksURI(uri))
    case .metadata(let json): return try alone(.metadata(json))
    case .metadataURL(let url): return try alone(.metadataURL(url))
    }
  }

  private func alone(_ source: KeySource) throws(AuthError) -> KeySource {
    guard staticKeys.isEmpty else {
      throw AuthError(
        .invalidConfig,
        "issuer \(quoted(identifier)): PEM keys and shared secrets cannot be combined with keys that are "
          + "fetched")
    }
    return source
  }

  private func checkAlgorithms() throws(AuthError) {
    guard let chosenAlgorithms else { return }
    let withoutSecret = chosenAlgorithms.intersection(.hmac).subtracting(secretAlgorithms)
    guard withoutSecret.isEmpty else {
      throw AuthError(
        .invalidConfig,
        "issuer \(quoted(identifier)): \(withoutSecret.names) is allowed and there is no secret for it; add it with "
          + "mcpauth_issuer_add_shared_secret")
    }
    let withoutPermission = secretAlgorithms.subtracting(chosenAlgorithms)
    guard withoutPermission.isEmpty else {
      throw AuthError(
        .invalidConfig,
        "issuer \(quoted(identifier)): there is a shared secret for \(withoutPermission.names), which mcpauth_issuer_set_algorithms does not "
          + "allow")
    }
  }
}
