import Support

extension Verifier {
  /// Judges what an authenticated request asks for: INVALID_REQUEST where that cannot be read, INSUFFICIENT_SCOPE with the
  /// required scopes and those of the operation at once, so that one step-up is enough (MCP authorization, runtime
  /// insufficient scope). `operations` are those of the body, once it was read.
  func checkScopes(
    _ request: borrowing MCPRequest, _ operations: inout RequestOperations?, of info: AuthInfo
  ) throws(AuthError) {
    guard operations != nil || readsBody(of: request), !request.isWithoutMessage else {
      return try requireBasicScopes(of: info)
    }
    let needed: [ByteString]
    do throws(AuthError) {
      needed = try scopesNeeded(try read(&operations, of: request), by: info)
    } catch {
      try requireBasicScopes(of: info)  // who lacks those is told so first
      throw error
    }
    guard !needed.isEmpty || info.lacksRequiredScopes else { return }
    try require(withoutRepetition((info.isAnonymous ? [] : scopes.required) + needed), of: info)
  }

  /// What the rules ask for, and the host's check.
  private func scopesNeeded(
    _ operations: RequestOperations, by info: AuthInfo
  ) throws(AuthError) -> [ByteString] {
    let needed = try scopes.operations.scopes(for: operations.operations)
    guard let operationCheck else { return needed }
    return try needed + operationCheck.scopesNeeded(by: info, for: operations.calls)
  }

  /// What the body asks for, which its headers have to agree with. It is read once.
  func read(_ operations: inout RequestOperations?, of request: borrowing MCPRequest) throws(AuthError)
    -> RequestOperations
  {
    if let operations { return operations }
    guard !request.body.isEmpty else {
      throw AuthError(
        .invalidRequest,
        "the request has no body, or the host did not pass it, and scopes are configured per operation: set method and body of "
          + "mcpauth_request"
      )
    }
    let read = try RequestOperations.read(
      request.body, parameters: parameterHeaders, keepsCalls: operationCheck != nil)
    try read.check(request)
    operations = read
    return read
  }

  /// Whether there is a rule that the body is read for: scopes of operations, what is public, or header fields that have
  /// to agree with it.
  func readsBody(of request: borrowing MCPRequest, isWhole: Bool = false) -> Bool {
    hasOperationRules || (request.mirrorBody && !request.body.isEmpty)
      || (hasPublicOperations && request.authorization.count == 0)
      || (isWhole && request.isBatchOrNamesRevision)
  }

  /// Whether the caller's scopes are enough for this operation and for the method it is reached by: for leaving out of a
  /// list what they may not use. Says what a request would be told.
  public func mayUse(_ kind: OperationKind, _ name: ByteString, _ info: AuthInfo) -> Bool {
    // Without rules nobody reads the name of a request with a token.
    let isRead = info.isAnonymous || !scopes.operations.isEmpty
    guard !isRead || RequestOperations.isName(name) else { return false }
    var operations = [Operation(kind: kind, name: name)]
    if let method = kind.method { operations.append(Operation(kind: .method, name: method)) }
    if info.isAnonymous { return operations.allSatisfy { publicOperations.include($0, scopes.operations) } }
    do throws(AuthError) {
      try require(scopes.required + (try scopes.operations.scopes(for: operations)), of: info)
      return true
    } catch {
      return false
    }
  }
}
