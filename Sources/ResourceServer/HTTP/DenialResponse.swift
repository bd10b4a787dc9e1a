import JSON
import Support

/// Makes the HTTP response to a failure: status, challenge and body of its `Outcome`.
struct DenialResponse: Sendable {
  let resourceMetadata: ByteString
  let scopes: ScopeSettings
  let showErrorDetails: Bool
  let cors: CORS

  /// Seconds after which a client may ask again while the issuer's side cannot be reached.
  private static var retryAfter: ByteString { "5" }

  /// `asked` are the scopes of the challenge, as clients have to ask for them; nil: those that the failure names.
  func response(to failure: AuthError, asking asked: [ByteString]?) throws(AuthError) -> Response {
    let outcome = Outcome.of(failure.result)
    var headers = [
      Response.Header("Content-Type", "application/json"), Response.Header("Cache-Control", "no-store"),
    ]
    if outcome.hasChallenge {
      headers.append(Response.Header("WWW-Authenticate", challenge(failure, outcome, asked).headerValue))
    }
    if !outcome.isForeign { headers += cors.headersOfDenial }
    if outcome.status == 503 { headers.append(Response.Header("Retry-After", Self.retryAfter)) }
    return Response(status: outcome.status, headers: headers, body: try body(failure, outcome), failure: failure)
  }

  private func challenge(_ failure: AuthError, _ outcome: Outcome, _ asked: [ByteString]?) -> Challenge {
    var needed = scopes.required
    if case .missingScopes(_, let operation, _) = failure.cause { needed = withoutRepetition(needed + operation) }
    return Challenge(
      error: outcome.challengeError,
      description: outcome.challengeError == nil ? nil : outcome.description,
      scopes: asked ?? scopes.requestable(needed),
      resourceMetadata: resourceMetadata)
  }

  private func body(_ failure: AuthError, _ outcome: Outcome) throws(AuthError) -> ByteString {
    let members = JSONObjectBuilder()
    if case .jsonRPC(let error, let id) = failure.cause { return try body(error, of: id, failure, members) }
    members.set("error", ByteString(outcome.code))
    members.set("error_description", ByteString(outcome.description))
    if failure.result == .insufficientScope, case .missingScopes(let scopes, _, _) = failure.cause {
      members.set("missing_scopes", scopes)
    }
    if showErrorDetails, outcome.isDenial { addCause(failure, to: members) }
    return try members.completeText()
  }

  /// MCP 2026-07-28, Streamable HTTP: a client that sees a 400 without this takes the server for one of an older revision.
  private func body(
    _ code: RPCError, of id: RequestID, _ failure: AuthError, _ members: JSONObjectBuilder
  ) throws(AuthError) -> ByteString {
    members.set("jsonrpc", "2.0")
    switch id {
    case .unknown: members.setNull("id")
    case .number(let number): members.set("id", number)
    case .text(let text): members.set("id", text)
    }
    let error = JSONObjectBuilder()
    error.set("code", code.rawValue)
    error.set("message", ByteString(code.message))
    if showErrorDetails { error.set("data", ByteString(failure.message)) }
    members.set("error", error)
    return try members.completeText()
  }

  private func addCause(_ failure: AuthError, to members: JSONObjectBuilder) {
    let cause = JSONObjectBuilder()
    switch failure.cause {
    case .message, .outage, .jsonRPC:
      members.set("cause", ByteString(failure.message))
      return
    case .mismatch(let expected, let actual):
      setOneOrMany("expected", expected, in: cause)
      setOneOrMany("actual", actual, in: cause)
    case .missingScopes(let scopes, _, _):
      cause.set("missing_scopes", scopes)
    }
    members.set("cause", cause)
  }

  private func setOneOrMany(_ name: StaticString, _ values: [ByteString], in members: JSONObjectBuilder) {
    if values.count == 1, let value = values.first {
      members.set(name, value)
    } else {
      members.set(name, values)
    }
  }
}

extension RPCError {
  fileprivate var message: StaticString {
    switch self {
    case .invalidRequest: "Invalid request: the body has to be one message."
    case .headerMismatch: "Header mismatch: the Mcp- header fields have to say what the body says."
    }
  }
}

extension JSONObjectBuilder {
  func completeText() throws(AuthError) -> ByteString {
    let text = serialized()
    guard !text.isEmpty else { throw AuthError(.internal, "a text that is not UTF-8 cannot be written as JSON") }
    return text
  }
}

extension Response {
  /// What is sent where no response can be built: immortal, and without anything that could fail.
  public static let plainServerError = Response(
    status: 500,
    headers: [Header("Content-Type", "application/json"), Header("Cache-Control", "no-store")],
    body: #"{"error":"server_error","error_description":"An error occurred with the authorization server."}"#,
    failure: AuthError(.internal, "no response could be built"))
}
