import Support

/// What an MCP request can be about, as far as scopes are concerned.
public enum OperationKind: UInt8, Sendable {
  case method
  case tool
  case prompt
  case resource

  /// The method that uses such a thing; nil for a method itself.
  var method: ByteString? {
    switch self {
    case .method: return nil
    case .tool: return "tools/call"
    case .prompt: return "prompts/get"
    case .resource: return "resources/read"
    }
  }

  var label: StaticString {
    switch self {
    case .method: return "method"
    case .tool: return "tool"
    case .prompt: return "prompt"
    case .resource: return "resource URI"
    }
  }
}

/// One thing a request asks for: a JSON-RPC method, or a tool, prompt or resource that one names.
struct Operation: Equatable, Sendable {
  let kind: OperationKind
  let name: ByteString

  /// Different for every operation.
  var key: ByteString { ByteString([kind.rawValue] + name.bytes) }
}

/// The scopes that methods, tools, prompts and resources need.
struct OperationRules: Sendable {
  private var scopes = TextLists()
  private var resources = ResourceRules()
  private(set) var count = 0
  private var order: [ByteString] = []
  /// A tool that nothing names is refused.
  var requiresToolRules = false
  /// Those of them that are tools need no rule of a scope.
  var publicOperations = PublicOperations()

  var isEmpty: Bool { scopes.isEmpty && resources.isEmpty && !requiresToolRules }

  /// Every scope that a rule names, each once, in the order of the rules.
  var allScopes: [ByteString] { withoutRepetition(order) }

  mutating func add(_ kind: OperationKind, _ name: ByteString, _ scope: ByteString) {
    if kind == .resource {
      resources.add(scope, toURI: name)
    } else {
      scopes.add(scope, to: Operation(kind: kind, name: name).key)
    }
    order.append(scope)
    count += 1
  }

  mutating func add(_ template: ResourceTemplate, _ scope: ByteString) {
    resources.add(scope, toTemplate: template)
    order.append(scope)
    count += 1
  }

  var templateCount: Int { resources.templateCount }

  func contains(template text: ByteString) -> Bool { resources.contains(template: text) }

  /// Nothing for what no rule names. Throws where no scopes would be enough.
  func scopes(for operation: Operation) throws(AuthError) -> [ByteString] {
    if operation.kind == .resource { return try resources.scopes(for: operation.name) }
    let needed = scopes[operation.key]
    if requiresToolRules, operation.kind == .tool, needed.isEmpty, !publicOperations.contains(operation) {
      throw AuthError(
        .operationNotAllowed,
        "tool \(quoted(operation.name)) has no rule, and mcpauth_config_require_tool_rules was called: add one with "
          + "mcpauth_config_add_tool_scope")
    }
    return needed
  }

  /// Whether it needs no scope.
  func isFree(_ operation: Operation) -> Bool {
    do throws(AuthError) {
      return try scopes(for: operation).isEmpty
    } catch {
      return false
    }
  }

  func scopes(for operations: [Operation]) throws(AuthError) -> [ByteString] {
    var needed: [ByteString] = []
    var seen = TextIndex()
    for operation in operations where operations.count == 1 || seen.insert(operation.key) {
      needed += try scopes(for: operation)
    }
    return withoutRepetition(needed)
  }
}
