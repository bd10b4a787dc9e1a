import CMCPAuth
import KeyService
import ResourceServer
import Support

/// What is behind an `mcpauth_issuer`.
final class IssuerObject {
  private let state: ConfigState
  private let issuer: IssuerConfiguration
  private var skippedKeys: (arena: TextArena, slot: TextArena.Slot)?

  init(_ state: ConfigState, _ issuer: IssuerConfiguration) {
    self.state = state
    self.issuer = issuer
  }

  /// A setter of static keys.
  func setJWKS(_ set: (IssuerConfiguration) throws(AuthError) -> Void) throws(AuthError) {
    try set(issuer)
    var texts = TextArena.Builder()
    let slot = texts.add(ByteString(issuer.skippedKeys))
    skippedKeys = (TextArena(texts), slot)
  }

  var skippedKeysText: UnsafeRawBufferPointer? { skippedKeys.map { $0.arena.text($0.slot) } }

  /// What looks at the issuer: the configuration's first failure is thrown instead.
  func settings() throws(AuthError) -> (IssuerSettings, (any Fetcher)?) {
    if let failure = state.configuration.firstFailure { throw failure }
    return (try issuer.keySettings(), state.configuration.fetcher)
  }

  /// One change to the issuer. Its failure is one of the whole configuration.
  func apply(_ change: (IssuerConfiguration) throws(AuthError) -> Void) -> mcpauth_result {
    state.apply { (_) throws(AuthError) in try change(issuer) }
  }
}

/// One change to the issuer behind `issuer`.
func configureIssuer(
  _ issuer: OpaquePointer?, _ change: (IssuerConfiguration) throws(AuthError) -> Void
) -> mcpauth_result {
  guard let issuer = object(issuer, as: IssuerObject.self) else { return ResultCode.nullParameter.rawValue }
  return issuer.apply(change)
}

@implementation @c
public func mcpauth_issuer_set_jwks_uri(_ issuer: OpaquePointer!, _ uri: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setJWKSURI(try textArgument(uri, "jwks_uri")) }
}

@implementation @c
public func mcpauth_issuer_set_metadata_url(_ issuer: OpaquePointer!, _ url: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    try issuer.setMetadataURL(try textArgument(url, "metadata URL"))
  }
}

@implementation @c
public func mcpauth_issuer_set_jwks_json(
  _ issuer: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  guard let handle = object(issuer, as: IssuerObject.self) else { return ResultCode.nullParameter.rawValue }
  return handle.apply { (_) throws(AuthError) in
    try handle.setJWKS { (issuer) throws(AuthError) in
      try issuer.setJWKS(json: try textArgument(json, len, "jwks_json"))
    }
  }
}

@implementation @c
public func mcpauth_issuer_set_jwks_file(_ issuer: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> mcpauth_result {
  guard let handle = object(issuer, as: IssuerObject.self) else { return ResultCode.nullParameter.rawValue }
  return handle.apply { (_) throws(AuthError) in
    try handle.setJWKS { (issuer) throws(AuthError) in try issuer.setJWKS(file: try textArgument(path, "jwks_file")) }
  }
}

@implementation @c
public func mcpauth_issuer_skipped_keys(_ issuer: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(issuer, as: IssuerObject.self)?.skippedKeysText)
}

@implementation @c
public func mcpauth_issuer_set_metadata_json(
  _ issuer: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    try issuer.setMetadata(json: try textArgument(json, len, "metadata_json"))
  }
}

@implementation @c
public func mcpauth_issuer_add_public_key_pem(
  _ issuer: OpaquePointer!, _ pem: UnsafePointer<CChar>!, _ len: Int, _ kid: UnsafePointer<CChar>!
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    let kid = kid.map { ByteString(cString: $0) }
    try issuer.addPublicKey(pem: try textArgument(pem, len, "pem"), kid: kid)
  }
}

@implementation @c
public func mcpauth_issuer_add_shared_secret(
  _ issuer: OpaquePointer!, _ secret: UnsafePointer<CChar>!, _ len: Int, _ algorithm: UnsafePointer<CChar>!,
  _ kid: UnsafePointer<CChar>!
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    let kid = kid.map { ByteString(cString: $0) }
    try issuer.addSharedSecret(
      try textArgument(secret, len, "secret"), algorithm: try textArgument(algorithm, "algorithm"), kid: kid)
  }
}

@implementation @c
public func mcpauth_issuer_set_algorithms(
  _ issuer: OpaquePointer!, _ space_separated: UnsafePointer<CChar>!
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    try issuer.setAlgorithms(try textArgument(space_separated, "algorithms"))
  }
}

@implementation @c
public func mcpauth_issuer_allow_http_on_loopback(_ issuer: OpaquePointer!) -> mcpauth_result {
  configureIssuer(issuer) { $0.allowHTTPOnLoopback() }
}

@implementation @c
public func mcpauth_issuer_dangerous_allow_http(_ issuer: OpaquePointer!) -> mcpauth_result {
  configureIssuer(issuer) { $0.dangerousAllowHTTP() }
}
