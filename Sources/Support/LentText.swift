/// A text that C borrows, copied into an allocation of its own and followed by a NUL byte. Immutable, any thread.
public final class LentText: @unchecked Sendable {
  private let storage: UnsafeMutableRawBufferPointer

  public init(_ text: UnsafeRawBufferPointer) {
    storage = .allocate(byteCount: text.count &+ 1, alignment: 1)
    storage.copyMemory(from: text)
    storage[text.count] = 0
  }

  deinit { storage.deallocate() }

  /// Valid as long as this object; the NUL is behind it.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  public var count: Int { storage.count &- 1 }
}
