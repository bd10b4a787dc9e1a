import CMCPAuth
import ResourceServer
import Support

/// What is behind an `mcpauth_error`.
final class ErrorObject: Sendable {
  let failure: AuthError
  let outcome: Outcome
  private let arena: TextArena
  private let messageSlot: TextArena.Slot

  init(_ failure: AuthError) {
    var builder = TextArena.Builder()
    self.failure = failure
    outcome = Outcome.of(failure.result)
    messageSlot = builder.add(ByteString(failure.message))
    arena = TextArena(builder)
  }

  var message: UnsafeRawBufferPointer { arena.text(messageSlot) }
}

/// Hands `failure` to the caller, if it asked for the details, and returns its result.
func report(_ failure: AuthError, _ err: UnsafeMutablePointer<OpaquePointer?>?) -> mcpauth_result {
  err?.pointee = retained(ErrorObject(failure))
  return failure.result.rawValue
}

@implementation @c
public func mcpauth_error_result(_ err: OpaquePointer!) -> mcpauth_result {
  (object(err, as: ErrorObject.self)?.failure.result ?? .nullParameter).rawValue
}

@implementation @c
public func mcpauth_error_code(_ err: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(err, as: ErrorObject.self)?.outcome.code ?? "")
}

@implementation @c
public func mcpauth_error_message(_ err: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(err, as: ErrorObject.self)?.message)
}

@implementation @c
public func mcpauth_error_http_status(_ err: OpaquePointer!) -> CInt {
  CInt(object(err, as: ErrorObject.self)?.outcome.status ?? 500)
}

@implementation @c
public func mcpauth_error_free(_ err: OpaquePointer!) { release(err, as: ErrorObject.self) }
