import JOSE
import KeyService
import Support

/// One authorization server of a configuration: where its keys come from and which algorithms it may use.
public final class IssuerConfiguration {
  let url: HTTPURL
  private(set) var chosenAlgorithms: AlgorithmSet?
  private(set) var secretAlgorithms = AlgorithmSet()
  private(set) var http = HTTPReach.nowhere
  private(set) var staticKeys: [VerificationKey] = []
  private(set) var sources: [Source] = []
  private(set) var metadataTransform: (any MetadataTransform)?
  var names = IssuerNames()
  var transport = TransportSettings()
  var refresh = RefreshSettings()

  enum Source {
    case jwksURI(HTTPURL)
    case keySet(KeySet)
    case metadata(ByteString)
    case metadataURL(HTTPURL)
  }

  init(_ url: HTTPURL) { self.url = url }

  public var identifier: ByteString { url.text }

  public func setJWKSURI(_ text: ByteString) throws(AuthError) {
    sources.append(.jwksURI(try HTTPURL(text, what: "jwks_uri")))
  }

  public func setJWKS(json: UnsafeRawBufferPointer) throws(AuthError) {
    try ConfigurationLimits.check(json: json, "key set")
    let keySet: KeySet
    do throws(KeyError) {
      keySet = try KeySet.parse(json)
    } catch {
      throw error.failure(.invalidArgument, "issuer \(quoted(identifier)): ")
    }
    guard !keySet.keys.isEmpty else {
      throw AuthError(
        .invalidArgument,
        "issuer \(quoted(identifier)): the key set holds no usable key"
          + (keySet.skipped.isEmpty ? "" : ": " + keySet.skippedReasons))
    }
    sources.append(.keySet(keySet))
  }

  public func setJWKS(file path: ByteString) throws(AuthError) {
    let text = try Files.read(path, "the key set file", limit: ConfigurationLimits.jsonBytes)
    try text.withUnsafeBytesTyped { (json) throws(AuthError) in try setJWKS(json: json) }
  }

  /// Why keys of the given set are not used; empty: all are.
  public var skippedKeys: Diagnostic {
    guard case .keySet(let keySet) = sources.last else { return "" }
    return keySet.complaints
  }

  public func setMetadata(json: UnsafeRawBufferPointer) throws(AuthError) {
    try ConfigurationLimits.check(json: json, "metadata")
    sources.append(.metadata(ByteString(json)))
  }

  public func setMetadataURL(_ text: ByteString) throws(AuthError) {
    sources.append(.metadataURL(try HTTPURL(text, what: "metadata URL")))
  }

  public func setMetadataTransform(_ transform: any MetadataTransform) { metadataTransform = transform }

  public func addPublicKey(pem: UnsafeRawBufferPointer, kid: ByteString?) throws(AuthError) {
    try ConfigurationLimits.check(json: pem, "PEM text")
    try add(key: try VerificationKey.publicKey(pem: pem, kid: try checked(kid)))
  }

  /// The secret's algorithm is allowed by this, and no other HMAC algorithm.
  public func addSharedSecret(
    _ secret: UnsafeRawBufferPointer, algorithm name: ByteString, kid: ByteString?
  ) throws(AuthError) {
    guard let algorithm = Algorithm(name: name), algorithm.isHMAC else {
      throw AuthError(
        .invalidArgument, "algorithm \(quoted(name)) does not use a shared secret; HS256, HS384 and HS512 do")
    }
    try add(key: try VerificationKey.secret(secret, algorithm: algorithm, kid: try checked(kid)))
    secretAlgorithms.insert(AlgorithmSet(algorithm))
  }

  /// Names separated by spaces; at least one.
  public func setAlgorithms(_ names: ByteString) throws(AuthError) { chosenAlgorithms = try AlgorithmSet.parse(names) }

  /// What this issuer may sign with.
  var algorithms: AlgorithmSet { chosenAlgorithms ?? AlgorithmSet.defaultSet.union(secretAlgorithms) }

  private func checked(_ kid: ByteString?) throws(AuthError) -> ByteString? {
    if let kid { try ConfigurationLimits.check(text: kid, "kid", limit: ConfigurationLimits.keyIDBytes) }
    return kid
  }

  private func add(key: VerificationKey) throws(AuthError) {
    try ConfigurationLimits.check(staticKeys.count, ConfigurationLimits.keysPerIssuer, "keys for one issuer")
    staticKeys.append(key)
  }

  public func allowHTTPOnLoopback() { if http == .nowhere { http = .onLoopback } }

  /// Whoever is in between can put keys of his own in place of the issuer's.
  public func dangerousAllowHTTP() { http = .anywhere }
}
