import Support

/// What may be asked without a token, as an anonymous caller. Who brings a token is judged by it all the same.
struct PublicOperations: Sendable {
  private var names = TextLists()
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func add(_ operation: Operation) {
    names.add("", to: operation.key)
    count += 1
  }

  private func contains(_ operation: Operation) -> Bool { !names[operation.key].isEmpty }

  /// Whether all of a request is public. Nothing that a scope is needed for is, and a tool may be public where the method
  /// that calls it is not.
  func include(_ request: RequestOperations, _ rules: OperationRules) -> Bool {
    !isEmpty && request.isAllRequests && request.operations.allSatisfy { include($0, rules) }
  }

  func include(_ operation: Operation, _ rules: OperationRules) -> Bool {
    guard rules.isFree(operation) else { return false }
    switch operation.kind {
    case .method: return operation.name == "tools/call" || contains(operation)
    case .tool: return contains(operation) || contains(Operation(kind: .method, name: "tools/call"))
    case .prompt, .resource: return true  // their method is asked, too
    }
  }
}

extension Configuration {
  /// `kind` is a method or a tool.
  public func addPublicOperation(_ kind: OperationKind, _ name: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: name, kind.label)
    try ConfigurationLimits.check(publicOperations.count, ConfigurationLimits.operationScopes, "public operations")
    publicOperations.add(Operation(kind: kind, name: name))
    if kind == .tool { scopes.operations.add(publicTool: name) }
  }
}

extension Verifier {
  /// Who asks without a token for what is public; nil where the token decides.
  func anonymousCaller(of request: MCPRequest, _ read: RequestOperations?) -> AuthInfo? {
    guard !publicOperations.isEmpty, request.authorization.count == 0, !request.body.isEmpty else { return nil }
    do throws(AuthError) {
      let operations = try operations(read, of: request)
      guard publicOperations.include(operations, scopes.operations) else { return nil }
      return anonymous.map { AuthInfo(sharing: $0) }
    } catch {
      return nil  // what cannot be read is not public
    }
  }

  /// Whether an anonymous caller may go on, as far as that can be said without a request.
  func checkAnonymous() throws(AuthError) {
    guard publicOperations.isEmpty else { return }
    throw AuthError(.missingAuthHeader, "the caller is anonymous, and nothing is public any more; a token is needed")
  }
}
