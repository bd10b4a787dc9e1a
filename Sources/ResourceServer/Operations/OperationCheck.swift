import Support

extension Verifier {
  /// Judges what an authenticated request asks for: INVALID_REQUEST where that cannot be read, INSUFFICIENT_SCOPE with all
  /// scopes of the operation at once. `operations` are those of the body where it was read before.
  public func checkOperations(
    _ request: MCPRequest, _ operations: RequestOperations? = nil, of info: AuthInfo
  ) throws(AuthError) {
    guard readsBody(of: request), !request.isWithoutMessage else { return }
    let operations = try self.operations(operations, of: request)
    try require(try scopes.operations.scopes(for: operations.operations), of: info)
  }

  /// What the body asks for: `read`, where it was read before.
  func operations(_ read: RequestOperations?, of request: MCPRequest) throws(AuthError) -> RequestOperations {
    if let read { return read }
    return try operations(of: request)
  }

  /// What the body asks for, which its headers have to agree with.
  func operations(of request: MCPRequest) throws(AuthError) -> RequestOperations {
    guard !request.body.isEmpty else {
      throw AuthError(
        .invalidRequest,
        "the request has no body, and scopes are configured per operation; the host has to pass the method and the body"
      )
    }
    let operations = try RequestOperations(body: request.body)
    try operations.check(request.headers)
    return operations
  }

  /// Whether there is a rule that the body is read for: scopes of operations, what is public, or header fields that have
  /// to agree with it.
  public func readsBody(of request: MCPRequest) -> Bool {
    !scopes.operations.isEmpty || request.mirrorsBody
      || (!publicOperations.isEmpty && request.headers.authorization.count == 0)
  }

  /// INSUFFICIENT_SCOPE unless the caller holds, or is implied to hold, all of `needed`.
  public func require(_ needed: [ByteString], of info: AuthInfo) throws(AuthError) {
    let missing = scopes.hierarchy.missing(needed, from: info.claims.scopes)
    guard !missing.isEmpty else { return }
    guard !info.isAnonymous else {
      throw AuthError(
        .missingAuthHeader,
        "what an anonymous caller asks for needs the scopes \(quoted(missing)), so a token is needed",
        cause: .missingScopes(missing, needed: needed, held: []))
    }
    throw .insufficientScope(missing, held: info.claims.scopes.copied, needed: needed)
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
    if info.isAnonymous { return operations.allSatisfy { publicOperations.include($0, scopes.operations) } }
    do throws(AuthError) {
      try require(try scopes.operations.scopes(for: operations), of: info)
      return true
    } catch {
      return false
    }
  }
}
