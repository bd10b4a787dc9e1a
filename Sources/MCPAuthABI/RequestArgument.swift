import CMCPAuth
import ResourceServer
import Support

// The request struct, as C programs of any version pass it.

/// What a request struct of this size may hold beyond what this version knows: nothing but zero bytes. The bound keeps a
/// size that was never set from being believed.
private let largestRequest = 4096

/// More than any server takes: a count that was never set is not believed.
private let mostFields = 1 << 20

private let longestRequestText = Int(UInt32.max)

/// The size of version 0.1.
private var smallestRequest: Int { cmcpauth_oldest_request_size() }

/// What the engine reads of a request, borrowed. (Filled in place: the struct is large, and this is on the way of every
/// request.)
func read(_ request: UnsafePointer<mcpauth_request>?, into argument: inout MCPRequest) throws(AuthError) {
  guard let request else { throw AuthError(.nullParameter, "request is NULL") }
  guard request.pointee.size != MemoryLayout<mcpauth_request>.size else {
    return try fill(&argument, from: request)
  }
  var known = try ofThisVersion(request)
  try fill(&argument, from: &known)
}

/// The request of a program that was compiled with an older or newer header (rules of mcpauth_request's size).
private func ofThisVersion(_ request: UnsafePointer<mcpauth_request>) throws(AuthError) -> mcpauth_request {
  let size = request.pointee.size
  guard size >= smallestRequest, size <= largestRequest else {
    throw AuthError(
      .invalidArgument,
      "the request's size is \(size), expected \(MemoryLayout<mcpauth_request>.size); start from MCPAUTH_REQUEST_INIT")
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

private func fill(
  _ argument: inout MCPRequest, from request: UnsafePointer<mcpauth_request>
) throws(AuthError) {
  argument.method = try text(request.pointee.method)
  argument.path = try text(request.pointee.path)
  argument.body = try text(request.pointee.body)
  guard request.pointee.header_count == 0 else { return try add(request, to: &argument) }
  if request.pointee.authorization_count != 0 {
    guard let first = request.pointee.authorization else {
      throw AuthError(.nullParameter, "the request's authorization is NULL and its count is not 0")
    }
    // One that is no Int is many all the same.
    let count = UInt(bitPattern: request.pointee.authorization_count)
    argument.authorization = HeaderField(first: try text(first.pointee), count: Int(clamping: count))
  }
  let mcpMethod = try text(request.pointee.mcp_method)
  let mcpName = try text(request.pointee.mcp_name)
  if !mcpMethod.isEmpty { argument.mcpMethod.add(mcpMethod) }
  if !mcpName.isEmpty { argument.mcpName.add(mcpName) }
}

/// All fields as received. What the struct has members of its own for is read here, and nowhere else.
private func add(
  _ request: UnsafePointer<mcpauth_request>, to argument: inout MCPRequest
) throws(AuthError) {
  guard request.pointee.authorization_count == 0, request.pointee.dpop_count == 0,
    request.pointee.mcp_method.len == 0, request.pointee.mcp_name.len == 0
  else {
    throw AuthError(
      .invalidArgument,
      "the request has headers and, beside them, authorization, dpop, mcp_method or mcp_name; those are read from headers"
    )
  }
  guard let fields = request.pointee.headers else {
    throw AuthError(.nullParameter, "the request's headers are NULL and their count is not 0")
  }
  guard (0...mostFields).contains(request.pointee.header_count) else {
    throw AuthError(
      .invalidArgument, "the request's header_count is more than \(mostFields); give the number of its header fields")
  }
  argument.hasAllFields = true
  var field = fields
  let end = fields + request.pointee.header_count
  while field < end {
    let name = try text(field.pointee.name)
    if let first = name.first, MCPRequest.mayRead(name.count, first) {
      argument.add(name, try text(field.pointee.value))
    }
    field += 1
  }
}

private func text(_ text: mcpauth_str) throws(AuthError) -> UnsafeRawBufferPointer {
  guard let bytes = bytesArgument(text) else {
    throw AuthError(.nullParameter, "a text of the request is NULL and its length is not 0")
  }
  // What is kept of a field has no room for more, and no part of a text is judged for the whole.
  guard bytes.count <= longestRequestText else {
    throw AuthError(
      .invalidArgument,
      "a text of the request has \(bytes.count) bytes, more than the \(longestRequestText) accepted; its length may never have been set"
    )
  }
  return bytes
}
