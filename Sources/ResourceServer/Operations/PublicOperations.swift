import Support

/// What may be asked without a token, as an anonymous caller. Who brings a token is judged by it all the same.
struct PublicOperations: Sendable {
  private var names = TextIndex()

  var count: Int { names.count }
  var isEmpty: Bool { names.isEmpty }

  mutating func add(_ operation: Operation) { names.insert(operation.key) }

  func contains(_ operation: Operation) -> Bool { names.contains(operation.key) }

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
    let count = scopes.operations.publicOperations.count
    try ConfigurationLimits.check(count, ConfigurationLimits.operationScopes, "public operations")
    scopes.operations.publicOperations.add(Operation(kind: kind, name: name))
  }
}

extension Verifier {
  /// Who asks without a token for what is public; nil where the token decides.
  func anonymousCaller(of request: borrowing MCPRequest, _ operations: inout RequestOperations?) -> AuthInfo? {
    guard hasPublicOperations, request.authorization.count == 0, !request.body.isEmpty else { return nil }
    do throws(AuthError) {
      let read = try read(&operations, of: request)
      guard publicOperations.include(read, scopes.operations) else { return nil }
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
