import ResourceServer
import Support

/// A request that outlives the call it came in: what the engine reads of it, in memory of its own.
final class RequestCopy: @unchecked Sendable {
  /// Borrowed from this object.
  let request: MCPRequest
  private let memory: WaitingBytes

  /// INVALID_ARGUMENT for more than any rule could accept; NO_MEMORY. The body is left out unless a rule reads it; of one
  /// that is too large so much is copied that this is seen.
  static func of(_ original: MCPRequest, withBody: Bool) throws(AuthError) -> RequestCopy {
    var request = original
    let kept = withBody ? RequestOperations.largestBody + 1 : 0
    request.body = UnsafeRawBufferPointer(rebasing: original.body.prefix(kept))
    guard let count = byteCount(of: request) else {
      throw AuthError(.invalidArgument, "the request has more than \(longestAsyncText) bytes beside its body")
    }
    return RequestCopy(request, try WaitingBytes.make(count))
  }

  /// nil for more than is copied.
  private static func byteCount(of request: MCPRequest) -> Int? {
    var request = request
    var rest = longestAsyncText
    request.forEachText { rest = $0.count <= rest ? rest - $0.count : -1 }
    return rest >= 0 ? longestAsyncText - rest : nil
  }

  private init(_ original: MCPRequest, _ memory: WaitingBytes) {
    var request = original
    var start = 0
    request.forEachText { text in
      let place = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<start + text.count])
      place.copyMemory(from: text)
      text = UnsafeRawBufferPointer(place)
      start += text.count
    }
    self.request = request
    self.memory = memory
  }
}
