import CMCPAuth
import ResourceServer
import Support

// Checks after a request was authenticated.

/// Runs a check that ends in OK or in a denial.
func judge(
  _ verifier: OpaquePointer?, _ info: OpaquePointer?, _ denial: UnsafeMutablePointer<OpaquePointer?>?,
  _ check: (Verifier, AuthInfo) throws(AuthError) -> Void
) -> mcpauth_result {
  denial?.pointee = nil
  guard let verifier = object(verifier, as: Verifier.self) else {
    denial?.pointee = retained(ResponseObject.plainServerError)
    return ResultCode.nullParameter.rawValue
  }
  do throws(AuthError) {
    guard let info = object(info, as: AuthInfo.self) else { throw AuthError(.nullParameter, "info is NULL") }
    try check(verifier, info)
    return ResultCode.ok.rawValue
  } catch {
    denial?.pointee = retained(ResponseObject(verifier.response(to: error)))
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_require_scopes(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ space_separated: UnsafePointer<CChar>!,
  _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  judge(verifier, info, denial) { (verifier, info) throws(AuthError) in
    try verifier.require(scopes: try textArgument(space_separated, "scopes"), of: info)
  }
}

@implementation @c
public func mcpauth_authinfo_check(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  judge(verifier, info, denial) { (verifier, info) throws(AuthError) in try verifier.check(info) }
}

private func mayUse(
  _ verifier: OpaquePointer?, _ info: OpaquePointer?, _ kind: OperationKind, _ name: UnsafePointer<CChar>?,
  _ count: Int
) -> Bool {
  guard let verifier = object(verifier, as: Verifier.self), let info = object(info, as: AuthInfo.self), name != nil,
    let name = bytesArgument(name, count)
  else { return false }
  return verifier.mayUse(kind, ByteString(name), info)
}

@implementation @c
public func mcpauth_may_call_tool(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ tool: UnsafePointer<CChar>!, _ tool_len: Int
) -> Bool {
  mayUse(verifier, info, .tool, tool, tool_len)
}

@implementation @c
public func mcpauth_may_get_prompt(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ prompt: UnsafePointer<CChar>!, _ prompt_len: Int
) -> Bool {
  mayUse(verifier, info, .prompt, prompt, prompt_len)
}

@implementation @c
public func mcpauth_may_read_resource(
  _ verifier: OpaquePointer!, _ info: OpaquePointer!, _ uri: UnsafePointer<CChar>!, _ uri_len: Int
) -> Bool {
  mayUse(verifier, info, .resource, uri, uri_len)
}
