import Support

/// What `Verifier` needs to know of a request. Borrowed from the host.
public struct MCPRequest {
  public var method: UnsafeRawBufferPointer
  /// The request target, as received; empty where the host does not say.
  public var path: UnsafeRawBufferPointer
  public var headers: RequestHeaders
  public var body: UnsafeRawBufferPointer

  public init(
    method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, headers: RequestHeaders, body: UnsafeRawBufferPointer
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
  }

  /// Gives each text to `body`, which may put another in its place.
  public mutating func forEachText(_ change: (inout UnsafeRawBufferPointer) -> Void) {
    change(&method)
    change(&path)
    change(&body)
    headers.forEachText(change)
  }

  func isMethod(_ name: Literal) -> Bool { method.elementsEqual(name.bytes) }

  /// GET and DELETE of the Streamable HTTP transport carry no message; every other method, an unknown one included, is read
  /// as a POST.
  var isWithoutMessage: Bool {
    body.isEmpty && (isMethod("GET") || isMethod("HEAD") || isMethod("DELETE") || isMethod("OPTIONS"))
  }
}
