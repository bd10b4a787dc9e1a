import Support

/// Why a text is not JSON as this library takes it. `message` is ASCII and holds nothing of the text itself, so that it
/// may stand in a log and beside a secret.
public struct JSONError: Error, Sendable {
  private let fault: JSONFault
  /// Of the byte.
  private let offset: Int
  /// What is allowed, where that is the matter.
  private let limit: Int

  init(_ fault: JSONFault, at offset: Int = 0, limit: Int = 0) {
    self.fault = fault
    self.offset = offset
    self.limit = limit
  }

  /// It may well be JSON, and there was no memory to read it.
  public var isOutOfMemory: Bool { fault == .outOfMemory }

  public var message: Diagnostic {
    switch fault {
    case .empty, .outOfMemory: return Diagnostic(fault.sentence)
    case .tooLarge: return "the text is larger than \(limit) bytes"
    case .tooMany: return "more than \(limit) names and values"
    case .tooDeep: return "nesting deeper than \(limit) at byte \(offset)"
    default: return "\(fault.sentence) at byte \(offset)"
    }
  }

  /// The failure that `what`, a text that had to be JSON, leads to: `result`, unless the fault is not the text's.
  public func failure(_ result: ResultCode, _ what: Diagnostic) -> AuthError {
    if isOutOfMemory { return AuthError(.noMemory, "there is no memory to read " + what) }
    return AuthError(result, what + " is not strict JSON: " + message)
  }
}
