import CMCPAuth
import ResourceServer
import Support

// One request on the library's threads.

private func begin(
  _ verifier: OpaquePointer?, _ request: UnsafePointer<mcpauth_request>?, _ done: mcpauth_authorize_done_fn?,
  _ userdata: UnsafeMutableRawPointer?, isWhole: Bool
) -> mcpauth_result {
  guard let verifier = object(verifier, as: Verifier.self), let done else { return ResultCode.nullParameter.rawValue }
  let userdata = HostPointer(userdata)
  do throws(AuthError) {
    var argument = MCPRequest()
    try read(request, into: &argument)
    let isBegun = try verifier.judgeLater(argument, isWhole: isWhole) { answer in
      let outcome = RequestOutcome(answer, by: verifier)
      done(userdata.pointer, outcome.result, outcome.caller.map { retained($0) }, outcome.response.map { retained($0) })
    }
    return (isBegun ? ResultCode.ok : .noMemory).rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_authorize_async(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ done: mcpauth_authorize_done_fn!,
  _ userdata: UnsafeMutableRawPointer!
) -> mcpauth_result {
  begin(verifier, request, done, userdata, isWhole: false)
}

@implementation @c
public func mcpauth_handle_async(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ done: mcpauth_authorize_done_fn!,
  _ userdata: UnsafeMutableRawPointer!
) -> mcpauth_result {
  begin(verifier, request, done, userdata, isWhole: true)
}
