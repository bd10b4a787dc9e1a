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

    init(_ result: ResultCode, _ message: Diagnostic, _ cause: Cause) {
      self.result = result
      self.message = message
      self.cause = cause
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
  }

  @inline(never)
  public init(_ result: ResultCode, _ message: Diagnostic, cause: Cause) { content = Content(result, message, cause) }

  /// No default of the other: each caller would have to make it.
  @inline(never) @_disfavoredOverload
  public init(_ result: ResultCode, _ message: Diagnostic) { self.init(result, message, cause: .message) }

  @inline(never)
  public init(_ result: ResultCode, _ message: Literal) { self.init(result, Diagnostic(message), cause: .message) }

  public var result: ResultCode { content.result }
  public var message: Diagnostic { content.message }
  public var cause: Cause { content.cause }
}
