import CMCPAuth
import ResourceServer
import Support

/// What a request struct of this size may hold beyond what this version knows: nothing but zero bytes. The bound keeps a
/// size that was never set from being believed.
private let largestRequest = 4096

/// The request as this version knows it (rules of mcpauth_request's size).
private func passedRequest(_ request: UnsafePointer<mcpauth_request>?) throws(Failure) -> mcpauth_request {
  guard let request else { throw Failure(.nullParameter, "request is NULL") }
  let known = MemoryLayout<mcpauth_request>.size
  let size = request.pointee.size
  guard size >= known, size <= largestRequest else {
    throw Failure(
      .invalidArgument, "the request's size is \(size), expected \(known); start from MCPAUTH_REQUEST_INIT")
  }
  let beyond = UnsafeRawBufferPointer(start: UnsafeRawPointer(request) + known, count: size - known)
  guard beyond.allSatisfy({ $0 == 0 }) else {
    throw Failure(
      .invalidArgument,
      "the request uses a member this library does not know; it is older than the header the program was compiled with")
  }
  return request.pointee
}

/// The first Authorization field; nil when there is none.
private func authorization(of request: mcpauth_request) throws(Failure) -> UnsafeRawBufferPointer? {
  guard request.authorization_count > 0 else { return nil }
  guard let first = request.authorization, let field = passedBytes(first.pointee) else {
    throw Failure(.nullParameter, "the request's authorization is NULL and its count is not 0")
  }
  return field
}

private func facts(of request: mcpauth_request) throws(Failure) -> RequestFacts {
  guard let method = passedBytes(request.method), let mcpMethod = passedBytes(request.mcp_method),
    let mcpName = passedBytes(request.mcp_name), let body = passedBytes(request.body)
  else { throw Failure(.nullParameter, "a text of the request is NULL and its length is not 0") }
  return RequestFacts(method: method, mcpMethod: mcpMethod, mcpName: mcpName, body: body)
}

/// The response to a failure of this request, which may know more than the failure does: the scopes of its operations.
private func denied(_ failure: Failure, _ request: mcpauth_request, by verifier: Verifier) -> OpaquePointer {
  var whole = failure
  if failure.result == .insufficientScope {
    do throws(Failure) {
      whole = verifier.completed(failure, for: try facts(of: request))
    } catch {
      whole = failure
    }
  }
  return given(ResponseObject(verifier.response(to: whole)))
}

private func authorize(
  _ verifier: OpaquePointer?, _ request: UnsafePointer<mcpauth_request>?,
  _ info: UnsafeMutablePointer<OpaquePointer?>?, _ denial: UnsafeMutablePointer<OpaquePointer?>?,
  waits: Bool
) -> mcpauth_result {
  info?.pointee = nil
  denial?.pointee = nil
  let result = borrow(verifier, as: Verifier.self) { verifier in
    var known = mcpauth_request()
    do throws(Failure) {
      guard let info else { throw Failure(.nullParameter, "info is NULL") }
      known = try passedRequest(request)
      let field = try authorization(of: known)
      let caller = try verifier.verify(authorization: field, count: known.authorization_count, waits: waits)
      guard let caller else { return verifier.noted(.wouldBlock) }
      try verifier.checkOperations(try facts(of: known), of: caller)
      info.pointee = given(caller)
      return verifier.noted(.ok)
    } catch {
      denial?.pointee = denied(error, known, by: verifier)
      return verifier.noted(error)
    }
  }
  if result == nil { denial?.pointee = given(ResponseObject.plainServerError) }
  return result ?? ResultCode.nullParameter.rawValue
}

@implementation @_cdecl("mcpauth_authorize")
public func mcpauth_authorize(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  authorize(verifier, request, info, denial, waits: true)
}

@implementation @_cdecl("mcpauth_try_authorize")
public func mcpauth_try_authorize(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  authorize(verifier, request, info, denial, waits: false)
}

@implementation @_cdecl("mcpauth_authorize_async")
public func mcpauth_authorize_async(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ done: mcpauth_authorize_done_fn!,
  _ userdata: UnsafeMutableRawPointer!
) -> mcpauth_result {
  guard let verifier = object(verifier, as: Verifier.self), let done else { return ResultCode.nullParameter.rawValue }
  let userdata = HostPointer(userdata)
  do throws(Failure) {
    let copy = try RequestCopy.of(try passedRequest(request))
    let count = copy.request.authorization_count
    let credential = { @Sendable () throws(Failure) in
      ByteString(try BearerCredential(field: try authorization(of: copy.request), count: count).token)
    }
    let isBegun = verifier.verify(credential) { verdict in
      do throws(Failure) {
        let caller = try verdict.caller()
        try verifier.checkOperations(try facts(of: copy.request), of: caller)
        done(userdata.pointer, verifier.noted(.ok), given(caller), nil)
      } catch {
        done(userdata.pointer, verifier.noted(error), nil, denied(error, copy.request, by: verifier))
      }
    }
    return (isBegun ? ResultCode.ok : .noMemory).rawValue
  } catch {
    return error.result.rawValue
  }
}

@implementation @_cdecl("mcpauth_error_response")
public func mcpauth_error_response(
  _ verifier: OpaquePointer!, _ err: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let out, let verifier = object(verifier, as: Verifier.self), let err = object(err, as: ErrorObject.self) else {
    return ResultCode.nullParameter.rawValue
  }
  out.pointee = given(ResponseObject(verifier.response(to: err.failure)))
  return ResultCode.ok.rawValue
}

@implementation @_cdecl("mcpauth_well_known")
public func mcpauth_well_known(
  _ verifier: OpaquePointer!, _ method: UnsafePointer<CChar>!, _ method_len: Int, _ path: UnsafePointer<CChar>!,
  _ path_len: Int, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let out, let verifier = object(verifier, as: Verifier.self), method != nil, path != nil,
    let method = passedBytes(method, method_len), let path = passedBytes(path, path_len)
  else { return ResultCode.nullParameter.rawValue }
  out.pointee = verifier.wellKnown(method: method, path: path).map { given(ResponseObject($0)) }
  return ResultCode.ok.rawValue
}
