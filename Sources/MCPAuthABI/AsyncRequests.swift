import CMCPAuth
import JOSE
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
    var original = MCPRequest()
    try read(request, into: &original)
    let copy = try RequestCopy.of(original, withBody: verifier.readsBody(of: original, isWhole: isWhole))
    let isBodyMissing = original.body.isEmpty
    // nil: the request was answered without a look at a token.
    let credential = { @Sendable () throws(AuthError) -> ByteString? in
      if let answer = try verifier.judgeBeforeToken(copy.request, isWhole: isWhole).answer {
        finish(answer, by: verifier, done, userdata)
        return nil
      }
      try RequestOperations.check(byteCount: copy.request.body.count)
      let field = copy.request.authorization
      let token = try BearerCredential(field: field.first, count: field.count).token
      try UnverifiedToken.check(byteCount: token.count)
      return ByteString(token)
    }
    let isBegun = verifier.authenticate(credential) { result in
      do throws(AuthError) {
        let caller = try result.get()
        if isWhole, isBodyMissing { try copy.request.requireBody() }
        try verifier.checkScopes(copy.request, of: caller)
        finish(.caller(caller), by: verifier, done, userdata)
      } catch {
        done(
          userdata.pointer, verifier.noted(error), nil,
          retained(ResponseObject(verifier.denial(of: error, to: copy.request))))
      }
    }
    return (isBegun ? ResultCode.ok : .noMemory).rawValue
  } catch {
    return error.result.rawValue
  }
}

private func finish(
  _ answer: Answer, by verifier: Verifier, _ done: mcpauth_authorize_done_fn, _ userdata: HostPointer
) {
  switch answer {
  case .caller(let caller): done(userdata.pointer, verifier.noted(.ok), retained(caller), nil)
  case .response(let response):
    done(userdata.pointer, verifier.noted(.responded), nil, retained(ResponseObject(response)))
  case .wouldBlock: break  // only said where nobody waits
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
