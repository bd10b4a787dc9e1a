import CMCPAuth
import Support

/// A request that outlives the call it came in.
final class RequestCopy: @unchecked Sendable {
  /// Borrowed from this object.
  let request: mcpauth_request
  private let memory: WaitingBytes
  private let fields: UnsafeMutableBufferPointer<mcpauth_str>

  /// More fields of one name are refused whatever they say, so further ones need not be kept.
  private static let mostFields = 16

  /// NULL_PARAMETER for a NULL with a length; INVALID_ARGUMENT for more than any rule could accept; NO_MEMORY. The body is
  /// left out unless a rule reads it.
  static func of(_ original: mcpauth_request, withBody: Bool) throws(AuthError) -> RequestCopy {
    var texts = try texts(original.authorization, original.authorization_count)
    let authorizationCount = texts.count
    for text in try Self.texts(original.dpop, original.dpop_count) { texts.add(text) }
    let dpopCount = texts.count - authorizationCount
    for text in [
      original.method, original.url, original.mcp_method, original.mcp_name, original.client_certificate_der,
      original.body,
    ] { texts.add(try Self.text(text)) }
    var total = 0
    for text in texts {
      guard text.count <= longestAsyncText - total else {
        throw AuthError(.invalidArgument, "the request has more than \(longestAsyncText) bytes")
      }
      total += text.count
    }
    if !withBody, let body = texts.popLast() {
      total -= body.count
      texts.add(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    let memory = try WaitingBytes.make(total + texts.count)
    return RequestCopy(original, texts, authorizationCount, dpopCount, memory)
  }

  private init(
    _ original: mcpauth_request, _ texts: [UnsafeRawBufferPointer], _ authorizationCount: Int, _ dpopCount: Int,
    _ memory: WaitingBytes
  ) {
    fields = .allocate(capacity: texts.count)
    var start = 0
    for (index, text) in texts.enumerated() {
      let place = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<start + text.count])
      place.copyMemory(from: text)
      memory.bytes[start + text.count] = 0
      fields.initializeElement(
        at: index,
        to: borrowedText(UnsafeRawBufferPointer(rebasing: memory.bytes[start...].prefix(text.count))))
      start += text.count + 1
    }
    var copy = original
    copy.authorization = UnsafePointer(fields.baseAddress)
    copy.authorization_count = authorizationCount
    copy.dpop = UnsafePointer(fields.baseAddress.map { $0 + authorizationCount })
    copy.dpop_count = dpopCount
    let rest = fields[(authorizationCount + dpopCount)...]
    for (index, text) in rest.enumerated() {
      switch index {
      case 0: copy.method = text
      case 1: copy.url = text
      case 2: copy.mcp_method = text
      case 3: copy.mcp_name = text
      case 4: copy.client_certificate_der = text
      default: copy.body = text
      }
    }
    request = copy
    self.memory = memory
  }

  deinit {
    fields.deinitialize()
    fields.deallocate()
  }

  private static func texts(
    _ list: UnsafePointer<mcpauth_str>?, _ count: Int
  ) throws(AuthError) -> [UnsafeRawBufferPointer] {
    guard count != 0 else { return [] }
    guard let list, count > 0 else { throw isNull }
    var texts: [UnsafeRawBufferPointer] = []
    for field in UnsafeBufferPointer(start: list, count: min(count, mostFields)) { texts.add(try text(field)) }
    return texts
  }

  private static func text(_ text: mcpauth_str) throws(AuthError) -> UnsafeRawBufferPointer {
    guard let bytes = bytesArgument(text) else { throw isNull }
    return bytes
  }

  private static let isNull = AuthError(.nullParameter, "a text of the request is NULL and its length is not 0")
}
