import Support

/// What is to be done about a request.
public enum Answer {
  /// Go on: this is who asks.
  case caller(AuthInfo)
  /// The request is answered by this.
  case response(Response)
  /// Why it is refused, and what is sent.
  case denied(AuthError, Response)
  /// A key has to be fetched first.
  case wouldBlock
}

extension Verifier {
  /// Judges a whole request: metadata, Host, Origin, preflight, MCP headers, token, scopes, in this order. Unless
  /// `isWhole`, token and scopes alone.
  public func judge(_ request: borrowing MCPRequest, isWhole: Bool, waits: Bool) -> Answer {
    var operations: RequestOperations?
    do throws(AuthError) {
      if let answer = try judgeBeforeToken(request, &operations, isWhole: isWhole) { return answer }
      guard let caller = try authenticate(request.authorization, waits: waits) else { return .wouldBlock }
      if isWhole { try request.requireBody() }
      try checkScopes(request, &operations, of: caller)
      return .caller(caller)
    } catch {
      return .denied(error, denial(of: error, to: request, operations))
    }
  }

  /// What is decided without a token, if anything is. `operations`: what the body asks for, once somebody has read it.
  func judgeBeforeToken(
    _ request: borrowing MCPRequest, _ operations: inout RequestOperations?, isWhole: Bool
  ) throws(AuthError) -> Answer? {
    if isWhole {
      if let response = try respond(to: request) { return .response(response) }
      try readMirrored(request, &operations)
    }
    guard let anonymous = anonymousCaller(of: request, &operations) else { return nil }
    try checkScopes(request, &operations, of: anonymous)
    return .caller(anonymous)
  }

  /// What is answered without a look at the token: metadata and preflights. Throws where Host or Origin is not allowed.
  private func respond(to request: borrowing MCPRequest) throws(AuthError) -> Response? {
    if let metadata = wellKnown(method: request.method, path: request.path) { return metadata }
    try origins.checkHost(request.host)
    try origins.checkOrigin(request.origin)
    return origins.preflight(request)
  }

  /// The fields that the host adds to its own answer to this request, for browsers; nil where there are none.
  public func crossOriginHeaders(for request: borrowing MCPRequest) throws(AuthError) -> Response? {
    try origins.headersOfAnswer(to: request)
  }

  /// Reads the body where there are header fields that have to agree with it.
  private func readMirrored(_ request: borrowing MCPRequest, _ operations: inout RequestOperations?) throws(AuthError) {
    try request.checkBatch()
    guard !request.body.isEmpty, request.mirrorBody || request.namesRevision else { return }
    _ = try read(&operations, of: request)
  }

  /// Verifies the token of a request, whatever scopes it has; nil when its key has to be waited for.
  private func authenticate(_ field: HeaderField, waits: Bool) throws(AuthError) -> AuthInfo? {
    guard !isCustom, field.count == 1, let token = BearerCredential.unchecked(in: field.first) else {
      return try verifyNew(
        try BearerCredential(field: field.first, count: field.count).token, waits ? Self.waiting : Self.withoutWaiting)
    }
    // A token that is known passed every check of its form, and this is the same to the byte.
    if let cached = cached(token) { return cached }
    do throws(AuthError) {
      // No signed token has a character in it that a credential must not have, so a look at each would find nothing.
      return try verifyNew(token, waits ? Self.waiting : Self.withoutWaiting)
    } catch {
      _ = try BearerCredential(field: field.first, count: field.count)  // what is wrong with the header is said first
      throw error
    }
  }
}
