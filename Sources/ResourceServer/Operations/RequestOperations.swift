import JSON
import Support

/// What the JSON-RPC messages of one request ask for (MCP, base protocol): a single message, or a batch of revision
/// 2025-03-26.
///
/// What cannot be read is refused rather than let through: a rule that a strange spelling could get around is none. That
/// holds for spellings that the host's own parser may read otherwise, too: a NUL ends a C string, and some parsers find
/// "Method" where they look for "method".
struct RequestOperations {
  private(set) var operations: [Operation] = []
  private var messageCount = 0
  private var method: ByteString?
  private var name: ByteString?

  private static let largestBody = 4 << 20
  private static let mostMessages = 1000
  /// Deep and many arguments are the tool's business; this bounds what is spent on reading them.
  private static let deepestBody = 512
  private static let mostEntries = 200_000

  init(body: UnsafeRawBufferPointer) throws(AuthError) {
    guard body.count <= Self.largestBody else {
      throw Self.refused("is larger than \(Self.largestBody) bytes")
    }
    self = try JSONDocument.withBorrowed(
      body, maxDepth: Self.deepestBody, maxEntries: Self.mostEntries,
      refused: { $0.failure(.invalidRequest, "the request's JSON-RPC body") }
    ) { (root) throws(AuthError) in try RequestOperations(root) }
  }

  private init(_ root: JSONValue) throws(AuthError) {
    guard root.kind == .array else {
      try add(root)
      return
    }
    guard (1...Self.mostMessages).contains(root.count) else {
      throw Self.refused("is a batch of \(root.count) messages; 1 to \(Self.mostMessages) are accepted")
    }
    var operations = RequestOperations()
    try root.forEachElement { (message) throws(AuthError) in try operations.add(message) }
    self = operations
  }

  private init() {}

  /// Mcp-Method and Mcp-Name (MCP 2026-07-28) have to say what the body says, where they are sent: a proxy may have
  /// decided by them. An empty value is a header that was not sent.
  func check(methodHeader: UnsafeRawBufferPointer, nameHeader: UnsafeRawBufferPointer) throws(AuthError) {
    guard !methodHeader.isEmpty || !nameHeader.isEmpty else { return }
    guard messageCount == 1 else { throw Self.mismatch("they are sent with a batch") }
    guard methodHeader.isEmpty || headerText(methodHeader) == method else {
      throw Self.mismatch("Mcp-Method is not the body's method")
    }
    guard nameHeader.isEmpty || headerText(nameHeader) == name else {
      throw Self.mismatch("Mcp-Name is not what the body names")
    }
  }

  private mutating func add(_ message: JSONValue) throws(AuthError) {
    guard message.kind == .object else { throw Self.refused("has a message that is not an object") }
    messageCount += 1
    try Self.refuseLookAlikes(of: ["method", "params"], in: message)
    guard let member = message.member("method") else {
      guard message.member("result") != nil || message.member("error") != nil else {
        throw Self.refused("has a message that is neither a request nor a response")
      }
      return
    }
    guard let method = Self.text(member) else { throw Self.refused("has a method that is not a string without NUL") }
    self.method = method
    operations.add(Operation(kind: .method, name: method))
    guard let target = Operation.target(of: method) else { return }
    guard let params = message.member("params"), let name = params.member(target.member).flatMap(Self.text) else {
      throw Self.refused("has a \(quoted(method)) without the \(target.member) it is about, a string without NUL")
    }
    try Self.refuseLookAlikes(of: [ByteString(target.member)], in: params)
    self.name = name
    operations.add(Operation(kind: target.kind, name: name))
  }

  /// nil for what is no string, and for one that C code would read a part of only.
  private static func text(_ value: JSONValue) -> ByteString? {
    guard let text = value.string, !text.bytes.contains(0) else { return nil }
    return text
  }

  /// Members that a parser which ignores case would take for these.
  private static func refuseLookAlikes(of names: [ByteString], in object: JSONValue) throws(AuthError) {
    var found: ByteString?
    object.forEachMember { name, _ in
      if !names.contains(name), names.contains(name.lowercased) { found = name }
    }
    if let found { throw refused("has a member \(quoted(found)), which some parsers take for another") }
  }

  @inline(never)
  private static func refused(_ why: Diagnostic) -> AuthError {
    AuthError(.invalidRequest, "the request's JSON-RPC body \(why)")
  }

  private static func mismatch(_ why: Diagnostic) -> AuthError {
    AuthError(.invalidRequest, "the request's Mcp-Method and Mcp-Name headers do not agree with its body: \(why)")
  }
}
