import Support

/// What `Verifier` needs to know of a request beside its credential.
public struct MCPRequest {
  public var method: UnsafeRawBufferPointer
  public var mcpMethod: UnsafeRawBufferPointer
  public var mcpName: UnsafeRawBufferPointer
  public var body: UnsafeRawBufferPointer

  public init(
    method: UnsafeRawBufferPointer, mcpMethod: UnsafeRawBufferPointer, mcpName: UnsafeRawBufferPointer,
    body: UnsafeRawBufferPointer
  ) {
    self.method = method
    self.mcpMethod = mcpMethod
    self.mcpName = mcpName
    self.body = body
  }
}

extension Verifier {
  /// Judges what an authenticated request asks for: INVALID_REQUEST where that cannot be read, INSUFFICIENT_SCOPE with all
  /// scopes of the operation at once. GET and DELETE of the Streamable HTTP transport carry no message and need no scope
  /// of an operation; every other method, an unknown one included, is read as a POST.
  public func checkOperations(_ request: MCPRequest, of info: AuthInfo) throws(AuthError) {
    guard readsBody(of: request), !isWithoutMessage(request) else { return }
    guard !request.body.isEmpty else {
      throw AuthError(
        .invalidRequest,
        "the request has no body, and scopes are configured per operation; the host has to pass the method and the body"
      )
    }
    let operations = try RequestOperations(body: request.body)
    try operations.check(methodHeader: request.mcpMethod, nameHeader: request.mcpName)
    try require(scopes.operations.scopes(for: operations.operations), of: info)
  }

  /// Whether there is a rule that the body is read for: scopes of operations, or MCP headers that have to agree with it.
  public func readsBody(of request: MCPRequest) -> Bool {
    let hasHeaders = !request.mcpMethod.isEmpty || !request.mcpName.isEmpty
    return !scopes.operations.isEmpty || (hasHeaders && !request.body.isEmpty)
  }

  /// What to answer to `failure` of this request: who lacks a required scope is told the scopes of the operation too, so
  /// that one step-up is enough (MCP authorization, runtime insufficient scope).
  public func completed(_ failure: AuthError, for request: MCPRequest) -> AuthError {
    guard case .missingScopes(_, let required, let held) = failure.cause, !scopes.operations.isEmpty else {
      return failure
    }
    do throws(AuthError) {
      let operations = try RequestOperations(body: request.body).operations
      let needed = withoutRepetition(required + scopes.operations.scopes(for: operations))
      return .insufficientScope(scopes.hierarchy.missing(needed, from: held), held: held, needed: needed)
    } catch {
      return failure  // without an operation that can be read there is nothing to add
    }
  }

  /// INSUFFICIENT_SCOPE unless the caller holds, or is implied to hold, all of `needed`.
  public func require(_ needed: [ByteString], of info: AuthInfo) throws(AuthError) {
    let missing = scopes.hierarchy.missing(needed, from: info.claims.scopes)
    guard missing.isEmpty else { throw .insufficientScope(missing, held: info.claims.scopes.copied, needed: needed) }
  }

  /// The same for scopes separated by spaces. INVALID_ARGUMENT where there is none, or one that is no scope.
  public func require(scopes text: ByteString, of info: AuthInfo) throws(AuthError) {
    let needed = text.withUnsafeBytes { parseScope(TextView($0)).copied }
    guard !needed.isEmpty else { throw AuthError(.invalidArgument, "no scope is named") }
    for scope in needed { try ConfigurationLimits.check(scope: scope) }
    try require(needed, of: info)
  }

  /// Whether the caller's scopes are enough for this operation and for the method it is reached by: for leaving out of a
  /// list what they may not use.
  public func mayUse(_ kind: OperationKind, _ name: ByteString, _ info: AuthInfo) -> Bool {
    var operations = [Operation(kind: kind, name: name)]
    if let method = kind.method { operations.add(Operation(kind: .method, name: method)) }
    return scopes.hierarchy.missing(scopes.operations.scopes(for: operations), from: info.claims.scopes).isEmpty
  }

  private func isWithoutMessage(_ request: MCPRequest) -> Bool {
    guard request.body.isEmpty, request.method.count <= 16 else { return false }
    switch ByteString(request.method) {
    case "GET", "HEAD", "DELETE", "OPTIONS": return true
    default: return false
    }
  }
}
