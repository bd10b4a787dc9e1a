import Support

/// A request that outlives the call it came in: what the engine reads of it, in memory of its own.
final class RequestCopy: @unchecked Sendable {
  /// Borrowed from this object.
  let request: MCPRequest
  let memory: WaitingBytes
  /// The body may have been left out.
  let hasBody: Bool
  /// What the body asks for, once it was read. One thread at a time judges a request.
  var operations: RequestOperations?

  /// INVALID_ARGUMENT for more than any rule could accept; NO_MEMORY. The body is left out unless a rule reads it; of one
  /// that is too large so much is copied that this is seen.
  static func of(_ original: consuming MCPRequest, withBody: Bool) throws(AuthError) -> RequestCopy {
    var request = original
    let hasBody = !request.body.isEmpty
    let kept = withBody ? RequestOperations.largestBody + 1 : 0
    if withBody, request.body.count > kept { request.isKnownToNameRevision = request.namesRevision }
    request.body = UnsafeRawBufferPointer(rebasing: request.body.prefix(kept))
    guard let count = byteCount(of: &request) else {
      throw AuthError(.invalidArgument, "the request has more than \(WaitingBytes.longestText) bytes beside its body")
    }
    return RequestCopy(request, try WaitingBytes.make(count), hasBody: hasBody)
  }

  /// nil for more than is copied.
  private static func byteCount(of request: inout MCPRequest) -> Int? {
    var rest = WaitingBytes.longestText
    request.forEachText { rest = $0.count <= rest ? rest - $0.count : -1 }
    return rest >= 0 ? WaitingBytes.longestText - rest : nil
  }

  private init(_ original: consuming MCPRequest, _ memory: WaitingBytes, hasBody: Bool) {
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
    self.hasBody = hasBody
  }
}
