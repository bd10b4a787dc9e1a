import Support

/// Why a key or a key set cannot be used: what is wrong and how to fix it, in ASCII. Which result that becomes depends
/// on where the key came from, so the caller decides.
public struct KeyError: Error, Sendable {
  public let message: Diagnostic
  /// Nothing is wrong with it that is known: there was no memory to read it.
  public let isOutOfMemory: Bool

  init(_ message: Diagnostic, isOutOfMemory: Bool = false) {
    self.message = message
    self.isOutOfMemory = isOutOfMemory
  }

  static var opensslOutOfMemory: KeyError { KeyError("OpenSSL had no memory to read it", isOutOfMemory: true) }

  /// The failure that `what` leads to: `result`, unless the fault is not the key's.
  public func failure(_ result: ResultCode, _ what: Diagnostic) -> AuthError {
    AuthError(isOutOfMemory ? .noMemory : result, what + message)
  }
}
