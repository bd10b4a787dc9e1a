/// A text that C borrows, in an allocation of its own and followed by a NUL byte. Immutable once made, any thread; copies
/// share the text.
public struct LentText: Sendable {
  private let storage: TextStorage

  /// A copy of `text`.
  public init(_ text: UnsafeRawBufferPointer) {
    self.init(byteCount: text.count) { $0.copyMemory(from: text) }
  }

  /// `fill` has to write all of the text.
  public init<Failure: Error>(
    byteCount: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    storage = TextStorage(byteCount: byteCount &+ 1)
    storage.bytes[byteCount] = 0
    try fill(UnsafeMutableRawBufferPointer(rebasing: storage.bytes[..<byteCount]))
  }

  public var count: Int { storage.count &- 1 }

  /// Valid as long as this or a copy of it; the NUL is behind it.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage.bytes[..<count]) }
}

extension ByteString {
  public init(_ text: LentText) {
    self.init(text.bytes)
    withExtendedLifetime(text) {}
  }
}
