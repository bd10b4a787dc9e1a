import CMCPAuth
import ResourceServer
import Support

// MCP sessions and their callers.

@implementation @c
public func mcpauth_config_set_session_key(
  _ config: OpaquePointer!, _ key: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.setSessionKey(try textArgument(key, len, "session key"))
  }
}

@implementation @c
public func mcpauth_session_bind(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ session_id: UnsafePointer<CChar>!, _ session_id_len: Int,
  _ buffer: UnsafeMutablePointer<CChar>!, _ size: Int
) -> mcpauth_result {
  guard let buffer else { return ResultCode.nullParameter.rawValue }
  guard size > 0 else { return ResultCode.invalidArgument.rawValue }
  buffer[0] = 0
  guard let verifier = object(verifier, as: Verifier.self), let info = object(info, as: AuthInfo.self),
    session_id != nil, let id = bytesArgument(session_id, session_id_len)
  else { return ResultCode.nullParameter.rawValue }
  do throws(AuthError) {
    let bound = try verifier.bindSession(ByteString(id), to: info)
    guard bound.count < size else { return ResultCode.invalidArgument.rawValue }
    copy(bound, to: buffer, bound.count)
    return ResultCode.ok.rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_session_check(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ value: UnsafePointer<CChar>!, _ value_len: Int,
  _ session_id_len: UnsafeMutablePointer<Int>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  session_id_len?.pointee = 0
  return judge(verifier, info, denial) { (verifier, info) throws(AuthError) in
    guard let value = bytesArgument(value, value_len) else {
      throw AuthError(.nullParameter, "value is NULL and its length is not 0")
    }
    let count = try verifier.checkSession(value, of: info)
    session_id_len?.pointee = count
  }
}
