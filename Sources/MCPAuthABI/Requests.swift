import CMCPAuth
import JOSE
import ResourceServer
import Support

/// What a request struct of this size may hold beyond what this version knows: nothing but zero bytes. The bound keeps a
/// size that was never set from being believed.
private let largestRequest = 4096

/// The request as this version knows it (rules of mcpauth_request's size).
private func requestArgument(_ request: UnsafePointer<mcpauth_request>?) throws(AuthError) -> mcpauth_request {
  guard let request else { throw AuthError(.nullParameter, "request is NULL") }
  let knownSize = MemoryLayout<mcpauth_request>.size
  let size = request.pointee.size
  guard size >= knownSize, size <= largestRequest else {
    throw AuthError(
      .invalidArgument, "the request's size is \(size), expected \(knownSize); start from MCPAUTH_REQUEST_INIT")
  }
  let beyond = UnsafeRawBufferPointer(start: UnsafeRawPointer(request) + knownSize, count: size - knownSize)
  guard beyond.allSatisfy({ $0 == 0 }) else {
    throw AuthError(
      .invalidArgument,
      "the request uses a member this library does not know; it is older than the header the program was compiled with")
  }
  return request.pointee
}

/// The first Authorization field; nil when there is none.
private func authorization(of request: mcpauth_request) throws(AuthError) -> UnsafeRawBufferPointer? {
  guard request.authorization_count > 0 else { return nil }
  guard let first = request.authorization, let field = bytesArgument(first.pointee) else {
    throw AuthError(.nullParameter, "the request's authorization is NULL and its count is not 0")
  }
  return field
}

private func mcpRequest(of request: mcpauth_request) throws(AuthError) -> MCPRequest {
  guard let method = bytesArgument(request.method), let mcpMethod = bytesArgument(request.mcp_method),
    let mcpName = bytesArgument(request.mcp_name), let body = bytesArgument(request.body)
  else { throw AuthError(.nullParameter, "a text of the request is NULL and its length is not 0") }
  return MCPRequest(method: method, mcpMethod: mcpMethod, mcpName: mcpName, body: body)
}

/// The response to a failure of this request, which may know more than the failure does: the scopes of its operations.
private func denied(_ failure: AuthError, _ request: mcpauth_request, by verifier: Verifier) -> OpaquePointer {
  var whole = failure
  if failure.result == .insufficientScope {
    do throws(AuthError) {
      whole = verifier.completed(failure, for: try mcpRequest(of: request))
    } catch {
      whole = failure
    }
  }
  return retained(ResponseObject(verifier.response(to: whole)))
}

private func authorize(
  _ verifier: OpaquePointer?, _ request: UnsafePointer<mcpauth_request>?,
  _ info: UnsafeMutablePointer<OpaquePointer?>?, _ denial: UnsafeMutablePointer<OpaquePointer?>?,
  waits: Bool
) -> mcpauth_result {
  info?.pointee = nil
  denial?.pointee = nil
  let result = borrow(verifier, as: Verifier.self) { verifier in
    var argument = mcpauth_request()
    do throws(AuthError) {
      guard let info else { throw AuthError(.nullParameter, "info is NULL") }
      argument = try requestArgument(request)
      let field = try authorization(of: argument)
      let caller = try verifier.verify(authorization: field, count: argument.authorization_count, waits: waits)
      guard let caller else { return verifier.noted(.wouldBlock) }
      try verifier.checkOperations(try mcpRequest(of: argument), of: caller)
      info.pointee = retained(caller)
      return verifier.noted(.ok)
    } catch {
      denial?.pointee = denied(error, argument, by: verifier)
      return verifier.noted(error)
    }
  }
  if result == nil { denial?.pointee = retained(ResponseObject.plainServerError) }
  return result ?? ResultCode.nullParameter.rawValue
}

@implementation @c
public func mcpauth_authorize(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  authorize(verifier, request, info, denial, waits: true)
}

@implementation @c
public func mcpauth_try_authorize(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  authorize(verifier, request, info, denial, waits: false)
}

@implementation @c
public func mcpauth_authorize_async(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ done: mcpauth_authorize_done_fn!,
  _ userdata: UnsafeMutableRawPointer!
) -> mcpauth_result {
  guard let verifier = object(verifier, as: Verifier.self), let done else { return ResultCode.nullParameter.rawValue }
  let userdata = HostPointer(userdata)
  do throws(AuthError) {
    let original = try requestArgument(request)
    let readsBody = verifier.readsBody(of: try mcpRequest(of: original))
    let copy = try RequestCopy.of(original, withBody: readsBody)
    let count = copy.request.authorization_count
    let credential = { @Sendable () throws(AuthError) in
      let token = try BearerCredential(field: try authorization(of: copy.request), count: count).token
      try UnverifiedToken.check(byteCount: token.count)
      return ByteString(token)
    }
    let isBegun = verifier.verify(credential) { verdict in
      do throws(AuthError) {
        let caller = try verdict.caller()
        try verifier.checkOperations(try mcpRequest(of: copy.request), of: caller)
        done(userdata.pointer, verifier.noted(.ok), retained(caller), nil)
      } catch {
        done(userdata.pointer, verifier.noted(error), nil, denied(error, copy.request, by: verifier))
      }
    }
    return (isBegun ? ResultCode.ok : .noMemory).rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_error_response(
  _ verifier: OpaquePointer!, _ err: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let out, let verifier = object(verifier, as: Verifier.self), let err = object(err, as: ErrorObject.self) else {
    return ResultCode.nullParameter.rawValue
  }
  out.pointee = retained(ResponseObject(verifier.response(to: err.failure)))
  return ResultCode.ok.rawValue
}

@implementation @c
public func mcpauth_well_known(
  _ verifier: OpaquePointer!, _ method: UnsafePointer<CChar>!, _ method_len: Int, _ path: UnsafePointer<CChar>!,
  _ path_len: Int, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let out, let verifier = object(verifier, as: Verifier.self), method != nil, path != nil,
    let method = bytesArgument(method, method_len), let path = bytesArgument(path, path_len)
  else { return ResultCode.nullParameter.rawValue }
  out.pointee = verifier.wellKnown(method: method, path: path).map { retained(ResponseObject($0)) }
  return ResultCode.ok.rawValue
}
