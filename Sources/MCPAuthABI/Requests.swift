import CMCPAuth
import ResourceServer
import Support

// One request: judged by its credential alone, or as a whole; waiting for keys, or never. (Asynchronously: see
// AsyncRequests.swift.)

/// An answer as C gets it; it is counted and logged.
struct RequestOutcome {
  let result: mcpauth_result
  var caller: AuthInfo?
  var response: ResponseObject?

  init(_ answer: Answer, by verifier: borrowing Verifier) {
    switch answer {
    case .caller(let info): (result, caller) = (verifier.noted(.ok), info)
    case .response(let answer): (result, response) = (verifier.noted(.responded), ResponseObject(answer))
    case .denied(let failure, let denial): (result, response) = (verifier.noted(failure), ResponseObject(denial))
    case .wouldBlock: result = verifier.noted(.wouldBlock)
    }
  }
}

// Not inlined, for its size: it would stand in each of four exports.
@inline(never)
private func judge(
  _ verifier: OpaquePointer?, _ request: UnsafePointer<mcpauth_request>?,
  _ info: UnsafeMutablePointer<OpaquePointer?>?, _ response: UnsafeMutablePointer<OpaquePointer?>?,
  isWhole: Bool, waits: Bool
) -> mcpauth_result {
  info?.pointee = nil
  response?.pointee = nil
  let result = borrow(verifier, as: Verifier.self) { verifier in
    var argument = MCPRequest()
    do throws(AuthError) {
      guard info != nil else { throw AuthError(.nullParameter, "info is NULL") }
      try read(request, into: &argument)
    } catch {
      response?.pointee = retained(ResponseObject(verifier.response(to: error)))
      return verifier.noted(error)
    }
    let outcome = RequestOutcome(verifier.judge(argument, isWhole: isWhole, waits: waits), by: verifier)
    info?.pointee = outcome.caller.map { retained($0) }
    response?.pointee = outcome.response.map { retained($0) }
    return outcome.result
  }
  if result == nil { response?.pointee = retained(ResponseObject.plainServerError) }
  return result ?? ResultCode.nullParameter.rawValue
}

@implementation @c
public func mcpauth_authorize(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  judge(verifier, request, info, denial, isWhole: false, waits: true)
}

@implementation @c
public func mcpauth_try_authorize(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ denial: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  judge(verifier, request, info, denial, isWhole: false, waits: false)
}

@implementation @c
public func mcpauth_handle(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ response: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  judge(verifier, request, info, response, isWhole: true, waits: true)
}

@implementation @c
public func mcpauth_try_handle(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!,
  _ info: UnsafeMutablePointer<OpaquePointer?>!, _ response: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  judge(verifier, request, info, response, isWhole: true, waits: false)
}

@implementation @c
public func mcpauth_cross_origin_headers(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let out, let verifier = object(verifier, as: Verifier.self) else { return ResultCode.nullParameter.rawValue }
  do throws(AuthError) {
    var argument = MCPRequest()
    try read(request, into: &argument)
    let headers = try verifier.crossOriginHeaders(for: argument)
    out.pointee = headers.map { retained(ResponseObject($0)) }
    return ResultCode.ok.rawValue
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
