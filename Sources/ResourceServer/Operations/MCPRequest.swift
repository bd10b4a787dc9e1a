import Support

/// What `Verifier` needs to know of a request. Borrowed from the host.
///
/// One flat struct that is never copied, as it is on the way of every request.
public struct MCPRequest: ~Copyable {
  public var method = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The request target, as received; empty where the host does not say.
  public var path = UnsafeRawBufferPointer(start: nil, count: 0)
  public var body = UnsafeRawBufferPointer(start: nil, count: 0)

  /// The host passes all header fields, so that one which is not here was not sent; before version 0.2 it named some.
  public var hasAllFields = false
  public var authorization = HeaderField()
  public var mcpMethod = HeaderField()
  public var mcpName = HeaderField()
  var protocolVersion = HeaderField()
  var host = HeaderField()
  var origin = HeaderField()
  var preflightMethod = HeaderField()
  /// Mcp-Param-*, by what stands behind the second hyphen.
  var parameters: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []
  /// More were sent than are kept.
  var hasMoreParameters = false
  /// Its body was copied in part, after it had been looked through as a whole.
  var isKnownToNameRevision = false

  public init() {}

  /// Gives each text to `change`, which may put another in its place.
  public mutating func forEachText(_ change: (inout UnsafeRawBufferPointer) -> Void) {
    change(&method)
    change(&path)
    change(&body)
    change(&authorization.first)
    change(&mcpMethod.first)
    change(&mcpName.first)
    change(&protocolVersion.first)
    change(&host.first)
    change(&origin.first)
    change(&preflightMethod.first)
    for index in parameters.indices {
      change(&parameters[index].name)
      change(&parameters[index].value)
    }
  }

  /// A POST of MCP has a body. A host that forgot to pass it would have nothing in it judged.
  public func requireBody() throws(AuthError) {
    guard body.isEmpty, isMethod("POST") else { return }
    throw AuthError(
      .invalidRequest,
      "the request is a POST without a body, or the host did not pass it: set body of mcpauth_request, as what it asks for is "
        + "read there")
  }

  func isMethod(_ name: StaticString) -> Bool { method.elementsEqual(name.bytes) }

  /// GET and DELETE of the Streamable HTTP transport carry no message; every other method, an unknown one included, is read
  /// as a POST.
  var isWithoutMessage: Bool {
    body.isEmpty && (isMethod("GET") || isMethod("HEAD") || isMethod("DELETE") || isMethod("OPTIONS"))
  }
}
