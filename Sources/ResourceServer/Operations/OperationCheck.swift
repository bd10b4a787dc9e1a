import Support

/// One message of a request, for the host to judge by its arguments.
public struct OperationCall: Sendable {
  public let method: ByteString
  /// What the method is about, as Mcp-Name would say it; empty where that is nothing, or several things.
  public let name: ByteString
  /// params as JSON; empty where there are none.
  public let params: ByteString
}

/// The scopes that a check of the host asks for.
public final class NeededScopes {
  /// Each once: the messages of a batch may all need the same.
  fileprivate var scopes: [ByteString] = []
  fileprivate var failure: AuthError?
  private var known = TextIndex()

  /// INVALID_ARGUMENT.
  public func add(_ scope: ByteString) throws(AuthError) {
    guard !known.contains(scope) else { return }
    try ConfigurationLimits.check(scope: scope)
    try ConfigurationLimits.check(scopes.count, ConfigurationLimits.scopes, "needed scopes")
    scopes.append(scope)
    known.insert(scope)
  }

  /// A scope could not be added, which the check's result cannot make good again.
  public func fail(_ why: AuthError) {
    if failure == nil { failure = why }
  }
}

/// The host's own judgement of what a caller asks for. Any thread.
public protocol HostOperationCheck: AnyObject, Sendable {
  /// Adds to `needed` and returns the number of a result; only those that `OperationCheck` names mean anything.
  func check(_ info: AuthInfo, _ call: OperationCall, _ needed: NeededScopes) -> UInt32
}

/// Runs the host's check: an unknown value is a programming error, never a success (attack A34).
struct OperationCheck: Sendable {
  let check: any HostOperationCheck

  /// The scopes that the check asks for, of all messages of a request.
  func scopesNeeded(by info: AuthInfo, for calls: [OperationCall]) throws(AuthError) -> [ByteString] {
    let needed = NeededScopes()
    for call in calls {
      let returned = check.check(info, call, needed)
      if let failure = needed.failure {
        throw AuthError(.internal, "the operation check asked for what is no scope: " + failure.message)
      }
      switch ResultCode(rawValue: returned) {
      case .ok: break
      case .operationNotAllowed:
        throw AuthError(
          .operationNotAllowed,
          "the operation check refuses \(quoted(call.method)) of \(quoted(call.name)) to this caller")
      case .callbackFailed: throw AuthError(.callbackFailed, "the operation check could not decide now")
      default:
        throw AuthError(
          .internal,
          "the operation check returned \(returned), which it may not; return MCPAUTH_OK, _OPERATION_NOT_ALLOWED or "
            + "_CALLBACK_FAILED")
      }
    }
    return needed.scopes
  }
}

extension Configuration {
  public func setOperationCheck(_ check: any HostOperationCheck) { operationCheck = check }
}
