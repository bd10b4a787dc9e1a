import Support

/// Why a key or a key set cannot be used: what is wrong and how to fix it, in ASCII. Which result that becomes depends
/// on where the key came from, so the caller decides.
public struct KeyError: Error, Sendable {
  public let message: Diagnostic
  init(_ message: Diagnostic) { self.message = message }
}
