import CMCPAuth
import KeyService
import ResourceServer
import Support

/// What is behind an `mcpauth_fetch_response`: an answer while the host puts it together. Used by one callback.
private final class FetchResponseObject {
  private static let mostFields = 100
  private static let longestField = 8 * 1024

  let body: BufferObject
  let cancellation: Cancellation
  var status = 0
  var fields: [FetchResponse.Field] = []
  var message: ByteString?

  init(_ request: FetchRequest) {
    body = BufferObject(limit: request.transport.maximumBytes)
    cancellation = request.cancellation
  }

  func add(_ name: ByteString, _ value: ByteString) -> Bool {
    guard fields.count < Self.mostFields, name.count + value.count <= Self.longestField else { return false }
    let lowered = ByteString(name.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    fields.append(FetchResponse.Field(name: lowered, value: value))
    return true
  }
}

/// The host's own HTTP client.
private final class HostFetcher: Fetcher, @unchecked Sendable {
  private let function: mcpauth_fetch_fn
  private let data: HostData

  init(_ function: @escaping mcpauth_fetch_fn, _ data: HostData) {
    self.function = function
    self.data = data
  }

  func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
    if let refusal = request.refusal { throw refusal }
    let answer = FetchResponseObject(request)
    let returned = call(request, answer)
    guard !answer.body.isTooLong else {
      throw FetchError(.tooLarge, "the answer is larger than \(request.transport.maximumBytes) bytes")
    }
    guard returned == ResultCode.ok.rawValue, (100...599).contains(answer.status) else {
      let said: Diagnostic = answer.message.map { ": " + quoted($0, limit: 512) } ?? ""
      throw FetchError(
        .unreachable, "the host's fetch callback returned \(returned) with status \(answer.status)" + said)
    }
    return FetchResponse(status: answer.status, fields: answer.fields, body: answer.body.content)
  }

  private func call(_ request: FetchRequest, _ answer: FetchResponseObject) -> mcpauth_result {
    var texts = TextArena.Builder()
    let url = texts.add(request.url.text)
    let accept = texts.add(request.accept)
    let tag = texts.add(request.ifNoneMatch ?? "")
    let arena = TextArena(texts)
    var passed = mcpauth_fetch_request()
    passed.size = MemoryLayout<mcpauth_fetch_request>.size
    passed.url = borrowedText(arena.text(url))
    passed.accept = borrowedText(arena.text(accept))
    passed.if_none_match = borrowedText(arena.text(tag))
    passed.timeout_ms = UInt32(clamping: request.transport.totalTimeout)
    passed.max_body_bytes = request.transport.maximumBytes
    return withExtendedLifetime((arena, answer)) { function(data.pointer, &passed, borrowed(answer)) }
  }
}

@implementation @c
public func mcpauth_config_set_fetch(
  _ config: OpaquePointer!, _ fn: mcpauth_fetch_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let fn else { throw AuthError(.nullParameter, "the fetch function is NULL") }
    configuration.setFetcher(HostFetcher(fn, HostData(userdata, destroy)))
  }
}

private func fill(_ response: OpaquePointer?, _ change: (FetchResponseObject) -> Bool) -> mcpauth_result {
  guard let response = object(response, as: FetchResponseObject.self) else { return ResultCode.nullParameter.rawValue }
  return (change(response) ? ResultCode.ok : .invalidArgument).rawValue
}

@implementation @c
public func mcpauth_fetch_response_set_status(_ response: OpaquePointer!, _ status: CInt) -> mcpauth_result {
  fill(response) {
    $0.status = Int(status)
    return (100...599).contains(status)
  }
}

@implementation @c
public func mcpauth_fetch_response_add_header(
  _ response: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ value: UnsafePointer<CChar>!
) -> mcpauth_result {
  guard let name, let value else { return ResultCode.nullParameter.rawValue }
  return fill(response) { $0.add(ByteString(cString: name), ByteString(cString: value)) }
}

@implementation @c
public func mcpauth_fetch_response_append_body(
  _ response: OpaquePointer!, _ data: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  guard let piece = bytesArgument(data, len) else { return ResultCode.nullParameter.rawValue }
  return fill(response) { $0.body.append(piece) }
}

@implementation @c
public func mcpauth_fetch_response_set_message(
  _ response: OpaquePointer!, _ text: UnsafePointer<CChar>!
) -> mcpauth_result {
  guard let text else { return ResultCode.nullParameter.rawValue }
  return fill(response) {
    $0.message = ByteString(cString: text)
    return true
  }
}

@implementation @c
public func mcpauth_fetch_response_is_cancelled(_ response: OpaquePointer!) -> Bool {
  object(response, as: FetchResponseObject.self)?.cancellation.isCancelled ?? true
}
