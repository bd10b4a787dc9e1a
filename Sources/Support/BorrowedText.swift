/// A text that C borrows, in an allocation of its own and followed by a NUL byte. Immutable once made, any thread; copies
/// share the text.
public struct BorrowedText: Sendable {
  private let storage: PinnedBytes
  public let count: Int

  /// A copy of `text`.
  public init(_ text: UnsafeRawBufferPointer) {
    count = text.count
    storage = PinnedBytes(byteCount: count &+ 1)
    storage.bytes.copyMemory(from: text)
    storage.bytes[count] = 0
  }

  /// `fill` has to write all of the text, and all of what is kept behind it.
  public init<Failure: Error>(
    byteCount: Int, behind: Int,
    _ fill: (_ text: UnsafeMutableRawBufferPointer, _ behind: UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    count = byteCount
    storage = PinnedBytes(byteCount: count &+ 1 &+ behind)
    storage.bytes[count] = 0
    try fill(
      UnsafeMutableRawBufferPointer(rebasing: storage.bytes[..<count]),
      UnsafeMutableRawBufferPointer(rebasing: storage.bytes[(count &+ 1)...]))
  }

  /// Valid as long as this or a copy of it; the NUL is behind it.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage.bytes[..<count]) }

  /// What is kept with the text, behind its NUL. Valid as long.
  public var behind: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage.bytes[(count &+ 1)...]) }
}

extension ByteString {
  public init(_ text: BorrowedText) {
    self.init(text.bytes)
    withExtendedLifetime(text) {}
  }
}
