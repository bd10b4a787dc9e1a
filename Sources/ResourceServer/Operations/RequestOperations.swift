import JSON
import Support

/// What the JSON-RPC messages of one request ask for (MCP, base protocol): a single message, or a batch of revision
/// 2025-03-26.
///
/// What cannot be read is refused rather than let through: a rule that a strange spelling could get around is none. That
/// holds for spellings that the host's own parser may read otherwise, too: a NUL ends a C string, and some parsers find
/// "Method" where they look for "method".
public final class RequestOperations {
  private(set) var operations: [Operation] = []
  private(set) var messageCount = 0
  /// None of the messages is a response.
  private(set) var isAllRequests = true
  /// Of the last message.
  private(set) var method: ByteString?
  /// What Mcp-Name has to say.
  private(set) var name = HeaderName.notCompared
  /// The revision that params._meta names (MCP 2026-07-28).
  private(set) var protocolVersion: ByteString?
  /// Of the only message.
  private(set) var id = RequestID.unknown
  /// Of a call of a tool: what Mcp-Param-* has to say.
  private(set) var mirroredParameters: [MirroredParameter] = []
  /// For the host's check, where there is one.
  private(set) var calls: [OperationCall] = []
  private var resources = ResourceBounds()
  private let parameters: ParameterHeaders
  private let keepsCalls: Bool

  enum HeaderName {
    /// MCP does not say what the header would be for this method, and no rule is about it.
    case notCompared
    /// nil: the body does not name what its method needs.
    case equal(ByteString?)

    fileprivate var text: ByteString {
      if case .equal(let name?) = self { name } else { "" }
    }
  }

  private static let mostMessages = 1000
  /// Deep and many arguments are the tool's business; this bounds what is spent on reading them.
  private static let deepestBody = 512
  private static let mostEntries = 200_000
  /// Of a method, a tool, a URI. No rule has a longer one.
  private static let longestName = 64 << 10

  /// INVALID_REQUEST. (Embedded Swift 6.3 leaks an object whose initializer throws.)
  static func read(
    _ body: UnsafeRawBufferPointer, parameters: ParameterHeaders = ParameterHeaders(), keepsCalls: Bool = false
  ) throws(AuthError) -> RequestOperations {
    try check(byteCount: body.count)
    let operations = RequestOperations(parameters, keepsCalls)
    try JSONDocument.withBorrowed(
      body, maxDepth: deepestBody, maxEntries: mostEntries,
      refused: { $0.failure(.invalidRequest, "the request's JSON-RPC body") }
    ) { (root) throws(AuthError) in try operations.add(all: root) }
    return operations
  }

  private init(_ parameters: ParameterHeaders, _ keepsCalls: Bool) {
    self.parameters = parameters
    self.keepsCalls = keepsCalls
  }

  private func add(all root: JSONValue) throws(AuthError) {
    guard root.kind == .array else { return try add(root) }
    guard (1...Self.mostMessages).contains(root.count) else {
      throw Self.refused("is a batch of \(root.count) messages; 1 to \(Self.mostMessages) are accepted")
    }
    try root.forEachElement { (message) throws(AuthError) in try add(message) }
  }

  private func add(_ message: JSONValue) throws(AuthError) {
    guard message.kind == .object else { throw Self.refused("has a message that is not an object") }
    messageCount += 1
    id = messageCount == 1 ? RequestID(message.member("id")) : .unknown
    try Self.refuseLookAlikes(of: ["method", "params"], in: message)
    guard let member = message.member("method") else {
      guard message.member("result") != nil || message.member("error") != nil else {
        throw Self.refused("has a message that is neither a request nor a response")
      }
      isAllRequests = false
      return
    }
    guard let method = Self.text(member) else { throw Self.refused("has a method that is not a string without NUL") }
    self.method = method
    operations.append(Operation(kind: .method, name: method))
    let params = message.member("params")
    try add(revision: params?.member("_meta")?.member(revisionMember).flatMap(Self.text))
    name = .notCompared
    try addTarget(of: method, params)
    if keepsCalls { calls.append(OperationCall(method: method, name: name.text, params: params?.serialized() ?? "")) }
  }

  private func add(revision: ByteString?) throws(AuthError) {
    guard let revision else { return }
    guard protocolVersion == nil || protocolVersion == revision else {
      throw Self.refused("has messages whose _meta name different revisions of MCP")
    }
    protocolVersion = revision
  }

  /// What the methods of MCP name as what they work on. By each that leads to a guarded thing its scopes are asked for
  /// (attack A51).
  private func addTarget(of method: ByteString, _ params: JSONValue?) throws(AuthError) {
    switch method {
    case "tools/call": try addNamed(.tool, "name", method, params)
    case "prompts/get": try addNamed(.prompt, "name", method, params)
    case "resources/read", "resources/subscribe", "resources/unsubscribe":
      try addNamed(.resource, "uri", method, params)
    case "subscriptions/listen": try addSubscriptions(params)
    case "completion/complete": try addCompletion(params)
    case "tasks/get", "tasks/update", "tasks/cancel":
      if let params { try Self.refuseLookAlikes(of: ["taskId"], in: params) }
      name = .equal(params?.member("taskId").flatMap(Self.text))
    case "initialize", "ping", "tools/list", "prompts/list", "resources/list", "resources/templates/list":
      name = .equal(nil)
    default: break
    }
  }

  private func addNamed(
    _ kind: OperationKind, _ member: StaticString, _ method: ByteString, _ params: JSONValue?
  ) throws(AuthError) {
    guard let params, let name = params.member(member).flatMap(Self.text) else {
      throw Self.refused("has a \(quoted(method)) without the \(member) it is about, a string without NUL")
    }
    // By its arguments the host's check and Mcp-Param-* judge.
    try Self.refuseLookAlikes(of: kind == .resource ? [member] : [member, "arguments"], in: params)
    self.name = .equal(name)
    try add(kind, name)
    if kind == .tool { mirroredParameters = parameters.mirrored(by: name, params.member("arguments")) }
  }

  /// subscriptions/listen, which took the place of resources/subscribe.
  private func addSubscriptions(_ params: JSONValue?) throws(AuthError) {
    guard let params else { return }
    guard params.kind == .object else {
      throw Self.refused("has a \"subscriptions/listen\" whose params are no object")
    }
    try Self.refuseLookAlikes(of: ["notifications"], in: params)
    guard let notifications = params.member("notifications") else { return }
    guard notifications.kind == .object else { throw Self.refused("has notifications that are no object") }
    try Self.refuseLookAlikes(of: ["resourceSubscriptions"], in: notifications)
    guard let subscriptions = notifications.member("resourceSubscriptions") else { return }
    guard subscriptions.kind == .array else { throw Self.refused("has resourceSubscriptions that are no array") }
    try subscriptions.forEachElement { (element) throws(AuthError) in
      guard let uri = Self.text(element) else {
        throw Self.refused("has resourceSubscriptions with one that is not a string without NUL")
      }
      try add(.resource, uri)
    }
  }

  private func add(_ kind: OperationKind, _ name: ByteString) throws(AuthError) {
    operations.append(Operation(kind: kind, name: name))
    if kind == .resource { try resources.add(name) }
  }

  /// What may stand in a prompt's or a resource's arguments tells something of it.
  private func addCompletion(_ params: JSONValue?) throws(AuthError) {
    guard let params else { return }
    try Self.refuseLookAlikes(of: ["ref"], in: params)
    guard let reference = params.member("ref") else { return }
    guard let type = reference.member("type").flatMap(Self.text) else {
      throw Self.refused("has a \"completion/complete\" with a ref of no type")
    }
    try Self.refuseLookAlikes(of: ["type", "name", "uri"], in: reference)
    let isPrompt = type == "ref/prompt"
    guard isPrompt || type == "ref/resource",
      let name = reference.member(isPrompt ? "name" : "uri").flatMap(Self.text)
    else { throw Self.refused("has a \"completion/complete\" whose ref names neither a prompt nor a resource") }
    try add(isPrompt ? .prompt : .resource, name)
  }

  /// nil for what is no string, for one that C code would read a part of only, and for one longer than any rule's.
  private static func text(_ value: JSONValue) -> ByteString? {
    guard let text = value.text.map({ ByteString($0) }), isName(text) else { return nil }
    return text
  }

  /// Whether a request may name something so. (JSON is UTF-8.)
  static func isName(_ text: ByteString) -> Bool {
    text.count <= longestName && !text.bytes.contains(0) && text.isValidUTF8
  }

  private static func refuseLookAlikes(of names: [StaticString], in object: JSONValue) throws(AuthError) {
    guard let found = object.lookAlike(of: names) else { return }
    throw refused("has a member \(quoted(found)), which some parsers take for another")
  }

  static func refused(_ why: Diagnostic) -> AuthError {
    AuthError(.invalidRequest, "the request's JSON-RPC body \(why)")
  }
}
