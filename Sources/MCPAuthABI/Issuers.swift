import CMCPAuth
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

  func setJWKS(json: UnsafeRawBufferPointer) throws(Failure) {
    try issuer.setJWKS(json: json)
    var texts = TextArena.Builder()
    let slot = texts.add(ByteString(issuer.skippedKeys))
    skippedKeys = (TextArena(texts), slot)
  }

  var skippedKeysText: UnsafeRawBufferPointer? { skippedKeys.map { $0.arena.text($0.slot) } }

  /// One change to the issuer. Its failure is one of the whole configuration.
  func apply(_ change: (IssuerConfiguration) throws(Failure) -> Void) -> mcpauth_result {
    state.apply { (_) throws(Failure) in try change(issuer) }
  }
}

private func configure(
  _ issuer: OpaquePointer?, _ change: (IssuerConfiguration) throws(Failure) -> Void
) -> mcpauth_result {
  guard let issuer = object(issuer, as: IssuerObject.self) else { return ResultCode.nullParameter.rawValue }
  return issuer.apply(change)
}

@implementation @_cdecl("mcpauth_issuer_set_jwks_uri")
public func mcpauth_issuer_set_jwks_uri(_ issuer: OpaquePointer!, _ uri: UnsafePointer<CChar>!) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) throws(Failure) in
    try issuer.setJWKSURI(try passedText(uri, "jwks_uri"))
  }
}

@implementation @_cdecl("mcpauth_issuer_set_jwks_json")
public func mcpauth_issuer_set_jwks_json(
  _ issuer: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  guard let handle = object(issuer, as: IssuerObject.self) else { return ResultCode.nullParameter.rawValue }
  return handle.apply { (_) throws(Failure) in try handle.setJWKS(json: try passedText(json, len, "jwks_json")) }
}

@implementation @_cdecl("mcpauth_issuer_skipped_keys")
public func mcpauth_issuer_skipped_keys(_ issuer: OpaquePointer!) -> mcpauth_str {
  lentText(object(issuer, as: IssuerObject.self)?.skippedKeysText)
}

@implementation @_cdecl("mcpauth_issuer_set_metadata_json")
public func mcpauth_issuer_set_metadata_json(
  _ issuer: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) throws(Failure) in
    try issuer.setMetadata(json: try passedText(json, len, "metadata_json"))
  }
}

@implementation @_cdecl("mcpauth_issuer_add_public_key_pem")
public func mcpauth_issuer_add_public_key_pem(
  _ issuer: OpaquePointer!, _ pem: UnsafePointer<CChar>!, _ len: Int, _ kid: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) throws(Failure) in
    let kid = kid.map { ByteString(cString: $0) }
    try issuer.addPublicKey(pem: try passedText(pem, len, "pem"), kid: kid)
  }
}

@implementation @_cdecl("mcpauth_issuer_add_shared_secret")
public func mcpauth_issuer_add_shared_secret(
  _ issuer: OpaquePointer!, _ secret: UnsafePointer<CChar>!, _ len: Int, _ algorithm: UnsafePointer<CChar>!,
  _ kid: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) throws(Failure) in
    let kid = kid.map { ByteString(cString: $0) }
    try issuer.addSharedSecret(
      try passedText(secret, len, "secret"), algorithm: try passedText(algorithm, "algorithm"), kid: kid)
  }
}

@implementation @_cdecl("mcpauth_issuer_set_algorithms")
public func mcpauth_issuer_set_algorithms(
  _ issuer: OpaquePointer!, _ space_separated: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) throws(Failure) in
    try issuer.setAlgorithms(try passedText(space_separated, "algorithms"))
  }
}

@implementation @_cdecl("mcpauth_issuer_allow_http_on_loopback")
public func mcpauth_issuer_allow_http_on_loopback(_ issuer: OpaquePointer!) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) in issuer.allowHTTPOnLoopback() }
}
