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
      let text = borrowedText(copy.text(slot))
      return function(data.pointer, text.data, text.len, borrowed(builder))
    }
  }
}

@implementation @c
public func mcpauth_config_set_custom_verifier(
  _ config: OpaquePointer!, _ fn: mcpauth_verify_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let fn else { throw AuthError(.nullParameter, "the verification function is NULL") }
    configuration.setCustomVerifier(HostVerifier(fn, HostData(userdata, destroy)))
  }
}

/// What a builder takes as a text.
private enum BuilderText {
  case issuer, subject, clientID, audience, scope, message, claimsJSON

  /// For messages.
  var name: StaticString {
    switch self {
    case .issuer: "issuer"
    case .subject: "subject"
    case .clientID: "client id"
    case .audience: "audience"
    case .scope: "scope"
    case .message: "message"
    case .claimsJSON: "claims_json"
    }
  }

  func put(_ text: UnsafeRawBufferPointer, into builder: AuthInfoBuilder) throws(AuthError) {
    switch self {
    case .issuer: try builder.setIssuer(ByteString(text))
    case .subject: try builder.setSubject(ByteString(text))
    case .clientID: try builder.setClientID(ByteString(text))
    case .audience: try builder.addAudience(ByteString(text))
    case .scope: try builder.addScope(ByteString(text))
    case .message: try builder.setMessage(ByteString(text))
    case .claimsJSON: try builder.setClaimsJSON(text)
    }
  }
}

/// One setter of a builder, with a text that has to be there.
private func fill(
  _ builder: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ count: Int, _ part: BuilderText
) -> mcpauth_result {
  guard let builder = object(builder, as: AuthInfoBuilder.self) else { return ResultCode.nullParameter.rawValue }
  guard text != nil, let bytes = bytesArgument(text, count) else {
    return builder.refuseNull(part.name).result.rawValue
  }
  do throws(AuthError) {
    try part.put(bytes, into: builder)
    return ResultCode.ok.rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_authinfo_builder_set_issuer(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, .issuer)
}

@implementation @c
public func mcpauth_authinfo_builder_set_subject(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, .subject)
}

@implementation @c
public func mcpauth_authinfo_builder_set_client_id(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, .clientID)
}

@implementation @c
public func mcpauth_authinfo_builder_add_audience(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, .audience)
}

@implementation @c
public func mcpauth_authinfo_builder_add_scope(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, .scope)
}

@implementation @c
public func mcpauth_authinfo_builder_set_expires_at(_ builder: OpaquePointer!, _ seconds: Int64) -> mcpauth_result {
  guard let builder = object(builder, as: AuthInfoBuilder.self) else { return ResultCode.nullParameter.rawValue }
  do throws(AuthError) {
    try builder.setExpiresAt(seconds)
    return ResultCode.ok.rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_authinfo_builder_set_message(
  _ builder: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, text, len, .message)
}

@implementation @c
public func mcpauth_authinfo_builder_set_claims_json(
  _ builder: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  fill(builder, json, len, .claimsJSON)
}
