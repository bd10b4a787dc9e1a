/// Texts that C borrows: copied once into one allocation, each followed by a NUL byte, at addresses that do not move.
public final class TextArena: @unchecked Sendable {
  /// Where a text lies in its arena. (Half a word each: an object has many of them, and no arena comes near 4 GiB.)
  public struct Slot: Sendable {
    fileprivate let start: UInt32
    private let length: UInt32

    fileprivate init(offset: Int, count: Int) {
      start = UInt32(clamping: offset)
      length = UInt32(clamping: count)
    }

    fileprivate var offset: Int { Int(start) }
    public var count: Int { Int(length) }
  }

  /// Collects the texts of one arena.
  public struct Builder {
    fileprivate var bytes: [UInt8] = []

    public init() {}

    public mutating func add(_ text: ByteString) -> Slot { text.withUnsafeBytes { add($0) } }

    public mutating func add(_ text: UnsafeRawBufferPointer) -> Slot {
      let slot = Slot(offset: bytes.count, count: text.count)
      bytes.append(contentsOf: text)
      bytes.append(0)
      return slot
    }
  }

  private let storage: UnsafeMutableRawBufferPointer

  public init(_ builder: Builder) {
    storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(builder.bytes.count, 1), alignment: 1)
    storage.copyBytes(from: builder.bytes)
  }

  deinit { storage.deallocate() }

  public var byteCount: Int { storage.count }

  /// The text at `slot`, which came from this arena's builder. Valid as long as the arena.
  public func text(_ slot: Slot) -> UnsafeRawBufferPointer {
    guard slot.offset >= 0, slot.count >= 0, slot.offset + slot.count < storage.count else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(rebasing: storage[slot.offset..<(slot.offset + slot.count)])
  }
}
