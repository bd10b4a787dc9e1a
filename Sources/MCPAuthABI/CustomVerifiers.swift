import CMCPAuth
import ResourceServer
import Support

/// The host's verification callback.
final class HostVerifier: CustomVerifier, @unchecked Sendable {
  private let function: mcpauth_verify_fn
  private let data: HostData

  init(_ function: @escaping mcpauth_verify_fn, _ data: HostData) {
    self.function = function
    self.data = data
  }

  func verify(token: UnsafeRawBufferPointer, into builder: AuthInfoBuilder) -> UInt32 {
    // A copy with a NUL behind it: C code that takes the token for a string must not read on.
    var texts = TextArena.Builder()
    let slot = texts.add(token)
    let copy = TextArena(texts)
    return withExtendedLifetime((builder, copy)) {
      let text = lentText(copy.text(slot))
      return function(data.pointer, text.data, text.len, lent(builder))
    }
  }
}

@implementation @_cdecl("mcpauth_config_set_custom_verifier")
public func mcpauth_config_set_custom_verifier(
  _ config: OpaquePointer!, _ fn: mcpauth_verify_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configure(config) { (configuration) throws(Failure) in
    guard let fn else { throw Failure(.nullParameter, "the verification function is NULL") }
    configuration.setCustomVerifier(HostVerifier(fn, HostData(userdata, destroy)))
  }
}

/// One setter of a builder, with a text that has to be there.
private func fill(
  _ builder: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ count: Int, _ what: Literal,
  _ set: (AuthInfoBuilder, UnsafeRawBufferPointer) throws(Failure) -> Void
) -> mcpauth_result {
  guard let builder = object(builder, as: AuthInfoBuilder.self) else { return ResultCode.nullParameter.rawValue }
  guard text != nil, let bytes = passedBytes(text, count) else { return builder.refuseNull(what).result.rawValue }
  do throws(Failure) {
    try set(builder, bytes)
    return ResultCode.ok.rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @_cdecl("mcpauth_authinfo_builder_set_issuer")
public func mcpauth_authinfo_builder_set_issuer(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, "issuer") { (b, text) throws(Failure) in try b.setIssuer(ByteString(text)) }
}

@implementation @_cdecl("mcpauth_authinfo_builder_set_subject")
public func mcpauth_authinfo_builder_set_subject(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, "subject") { (b, text) throws(Failure) in try b.setSubject(ByteString(text)) }
}

@implementation @_cdecl("mcpauth_authinfo_builder_set_client_id")
public func mcpauth_authinfo_builder_set_client_id(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, "client id") { (b, text) throws(Failure) in try b.setClientID(ByteString(text)) }
}

@implementation @_cdecl("mcpauth_authinfo_builder_add_audience")
public func mcpauth_authinfo_builder_add_audience(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, "audience") { (b, text) throws(Failure) in try b.addAudience(ByteString(text)) }
}

@implementation @_cdecl("mcpauth_authinfo_builder_add_scope")
public func mcpauth_authinfo_builder_add_scope(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, "scope") { (b, text) throws(Failure) in try b.addScope(ByteString(text)) }
}

@implementation @_cdecl("mcpauth_authinfo_builder_set_expires_at")
public func mcpauth_authinfo_builder_set_expires_at(_ builder: OpaquePointer!, _ seconds: Int64) -> mcpauth_result {
  guard let builder = object(builder, as: AuthInfoBuilder.self) else { return ResultCode.nullParameter.rawValue }
  do throws(Failure) {
    try builder.setExpiresAt(seconds)
    return ResultCode.ok.rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @_cdecl("mcpauth_authinfo_builder_set_message")
public func mcpauth_authinfo_builder_set_message(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, "message") { (b, text) throws(Failure) in try b.setMessage(ByteString(text)) }
}

@implementation @_cdecl("mcpauth_authinfo_builder_set_claims_json")
public func mcpauth_authinfo_builder_set_claims_json(
  _ builder: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, json, len, "claims_json") { (b, text) throws(Failure) in try b.setClaimsJSON(text) }
}
