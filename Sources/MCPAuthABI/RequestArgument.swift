import CMCPAuth
import ResourceServer
import Support

// The request struct, as C programs of any version pass it.

/// What a request struct of this size may hold beyond what this version knows: nothing but zero bytes. The bound keeps a
/// size that was never set from being believed.
private let largestRequest = 4096

/// The size of version 0.1.
private var smallestRequest: Int { cmcpauth_oldest_request_size() }

/// The request as this version knows it (rules of mcpauth_request's size).
func requestArgument(_ request: UnsafePointer<mcpauth_request>?) throws(AuthError) -> mcpauth_request {
  guard let request else { throw AuthError(.nullParameter, "request is NULL") }
  let size = request.pointee.size
  guard size >= smallestRequest, size <= largestRequest else {
    throw AuthError(
      .invalidArgument,
      "the request's size is \(size), expected \(MemoryLayout<mcpauth_request>.size); start from "
        + "MCPAUTH_REQUEST_INIT")
  }
  let all = UnsafeRawBufferPointer(start: UnsafeRawPointer(request), count: size)
  guard all.dropFirst(MemoryLayout<mcpauth_request>.size).allSatisfy({ $0 == 0 }) else {
    throw AuthError(
      .invalidArgument,
      "the request uses a member this library does not know; it is older than the header the program was compiled with")
  }
  var known = mcpauth_request()
  withUnsafeMutableBytes(of: &known) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: all.prefix($0.count))) }
  return known
}

/// What the engine reads of it, borrowed.
func mcpRequest(of request: mcpauth_request) throws(AuthError) -> MCPRequest {
  guard let method = bytesArgument(request.method), let path = bytesArgument(request.path),
    let body = bytesArgument(request.body)
  else { throw requestTextIsNull }
  return MCPRequest(method: method, path: path, headers: try headers(of: request), body: body)
}

let requestTextIsNull = AuthError(.nullParameter, "a text of the request is NULL and its length is not 0")

private func headers(of request: mcpauth_request) throws(AuthError) -> RequestHeaders {
  var headers = RequestHeaders(areAll: request.header_count > 0)
  guard request.header_count == 0 else {
    try add(request, to: &headers)
    return headers
  }
  guard let mcpMethod = bytesArgument(request.mcp_method), let mcpName = bytesArgument(request.mcp_name) else {
    throw requestTextIsNull
  }
  if request.authorization_count > 0 {
    guard let first = request.authorization, let field = bytesArgument(first.pointee) else {
      throw AuthError(.nullParameter, "the request's authorization is NULL and its count is not 0")
    }
    headers.authorization = RequestHeaders.Field(first: field, count: request.authorization_count)
  }
  if !mcpMethod.isEmpty { headers.mcpMethod.add(mcpMethod) }
  if !mcpName.isEmpty { headers.mcpName.add(mcpName) }
  return headers
}

/// All fields as received. What the struct has members of its own for is read here, and nowhere else.
private func add(_ request: mcpauth_request, to headers: inout RequestHeaders) throws(AuthError) {
  guard request.authorization_count == 0, request.dpop_count == 0, request.mcp_method.len == 0,
    request.mcp_name.len == 0
  else {
    throw AuthError(
      .invalidArgument,
      "the request has headers and, beside them, authorization, dpop, mcp_method or mcp_name; those are read from headers"
    )
  }
  guard let fields = request.headers, request.header_count > 0 else {
    throw AuthError(.nullParameter, "the request's headers are NULL and their count is not 0")
  }
  for field in UnsafeBufferPointer(start: fields, count: request.header_count) {
    guard let name = bytesArgument(field.name), let value = bytesArgument(field.value) else { throw requestTextIsNull }
    headers.add(name, value)
  }
}
