import Support

/// Why a key or a key set cannot be used: what is wrong and how to mend it, in ASCII. Which result that becomes depends
/// on where the key came from, so the caller decides.
public struct KeyError: Error, Sendable {
  public let message: Message
  init(_ message: Message) { self.message = message }
}
