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

  var label: Literal {
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
  private(set) var count = 0
  private var order: [ByteString] = []

  var isEmpty: Bool { scopes.isEmpty }

  /// Every scope that a rule names, each once, in the order of the rules.
  var allScopes: [ByteString] { withoutRepetition(order) }

  mutating func add(_ kind: OperationKind, _ name: ByteString, _ scope: ByteString) {
    scopes.add(scope, to: Operation(kind: kind, name: name).key)
    order.add(scope)
    count += 1
  }

  /// Exact bytes. Nothing for what no rule names.
  func scopes(for operation: Operation) -> [ByteString] { scopes[operation.key] }

  func scopes(for operations: [Operation]) -> [ByteString] {
    var needed: [ByteString] = []
    for operation in operations { needed += scopes(for: operation) }
    return withoutRepetition(needed)
  }
}
