/// Why something was refused: the one error type of the engine.
///
/// `message` is for the developer and the operator: what is wrong and how to mend it. It never holds a secret or a whole
/// token, and foreign text in it has gone through `quoted`.
public struct Failure: Error, Sendable {
  public let result: ResultCode
  public let message: Message
  public let cause: Cause

  /// What the body's `cause` member says when the configuration asks for error details.
  public enum Cause: Sendable {
    case message
    case mismatch(expected: [ByteString], actual: [ByteString])
    /// `needed` are all scopes of the operation, `held` those the token has.
    case missingScopes([ByteString], needed: [ByteString], held: [ByteString])
  }

  public init(_ result: ResultCode, _ message: Message, cause: Cause = .message) {
    self.result = result
    self.message = message
    self.cause = cause
  }
}
