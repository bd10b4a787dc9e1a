/// Why something was refused: the one error type of the engine.
///
/// `message` is for the developer and the operator: what is wrong and how to fix it. It never holds a secret or a whole
/// token, and foreign text in it has gone through `quoted`.
///
/// One word, so that the many paths an error takes are short in code.
public struct AuthError: Error, Sendable {
  private final class Content: Sendable {
    let result: ResultCode
    let message: Diagnostic
    let cause: Cause
    let subject: Diagnostic?

    init(_ result: ResultCode, _ message: Diagnostic, _ cause: Cause, subject: Diagnostic? = nil) {
      self.result = result
      self.message = message
      self.cause = cause
      self.subject = subject
    }
  }

  private let content: Content

  /// What the body's `cause` member says when the configuration asks for error details.
  public enum Cause: Sendable {
    case message
    /// Nothing but the message; and it may be over the next time, without anybody having fixed anything.
    case outage
    case mismatch(expected: [ByteString], actual: [ByteString])
    /// `needed` are all scopes of the operation, `held` those the token has.
    case missingScopes([ByteString], needed: [ByteString], held: [ByteString])
    /// Answered in JSON-RPC's own form, to the request of this id.
    case jsonRPC(RPCError, RequestID)
  }

  // Out of line, as they stand in some five hundred places: with the two such functions of JSONValue and TextArena
  // that is 15 KB of the library.
  @inline(never)
  public init(_ result: ResultCode, _ message: Diagnostic, cause: Cause) { content = Content(result, message, cause) }

  @inline(never)
  public init(_ result: ResultCode, _ message: Diagnostic) { self.init(result, message, cause: .message) }

  private init(_ content: Content) { self.content = content }

  /// The same of a token that says these things of itself, for the log alone: none of it need be true.
  public func about(_ subject: Diagnostic?) -> AuthError {
    guard let subject else { return self }
    return AuthError(Content(result, message, cause, subject: subject))
  }

  /// What the token it is about says of itself, where that was written down.
  public var subject: Diagnostic? { content.subject }
  public var result: ResultCode { content.result }
  public var message: Diagnostic { content.message }
  public var cause: Cause { content.cause }
}

/// The errors of JSON-RPC that the library answers with (JSON-RPC 2.0 section 5.1; MCP 2026-07-28, Streamable HTTP).
public enum RPCError: Int64, Sendable {
  case invalidRequest = -32600
  case headerMismatch = -32020
}

/// The id of a JSON-RPC request, for the answer to it.
public enum RequestID: Sendable {
  /// It has none, or none that can be repeated.
  case unknown
  case number(Int64)
  case text(ByteString)
}
