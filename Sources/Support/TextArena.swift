/// Texts that C borrows: copied once into one allocation, each followed by a NUL byte, at addresses that do not move.
/// Immutable, any thread; copies share the texts.
public struct TextArena: @unchecked Sendable {
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
  public struct Builder: ~Copyable {
    fileprivate var storage: PinnedBytes
    private var used = 0

    /// `capacity` is what is expected; more is made room for.
    public init(capacity: Int = 256) { storage = PinnedBytes(byteCount: max(capacity, 1)) }

    public mutating func add(_ text: ByteString) -> Slot { text.withUnsafeBytes { add($0) } }

    /// (Not inlined, for its size: see AuthError.)
    @inline(never)
    public mutating func add(_ text: UnsafeRawBufferPointer) -> Slot {
      let start = used
      append(text)
      return slot(from: start)
    }

    /// For a text in several pieces: where it begins. After the pieces comes `slot(from:)`.
    public var position: Int { used }

    public mutating func append(_ text: ByteString) { text.withUnsafeBytes { append($0) } }

    public mutating func append(_ text: UnsafeRawBufferPointer) {
      reserve(text.count)
      UnsafeMutableRawBufferPointer(rebasing: storage.bytes[used...]).copyMemory(from: text)
      used &+= text.count
    }

    public mutating func append(_ byte: UInt8) {
      reserve(1)
      storage.bytes[used] = byte
      used &+= 1
    }

    public mutating func append(decimal number: Int) {
      if number >= 10 { append(decimal: number / 10) }  // as deep as the number has digits
      append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
    }

    public mutating func slot(from start: Int) -> Slot {
      let slot = Slot(offset: start, count: used &- start)
      append(0)
      return slot
    }

    private mutating func reserve(_ count: Int) {
      if storage.count &- used < count { grow(for: count) }
    }

    private mutating func grow(for count: Int) {
      let larger = PinnedBytes(byteCount: max(storage.count &* 2, used &+ count))
      larger.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage.bytes[..<used]))
      storage = larger
    }
  }

  private let storage: PinnedBytes

  public init(_ builder: consuming Builder) { storage = builder.storage }

  public var byteCount: Int { storage.count }

  /// The text at `slot`, which came from this arena's builder. Valid as long as the arena.
  public func text(_ slot: Slot) -> UnsafeRawBufferPointer { text(from: slot.offset, count: slot.count) }

  /// The text that was added when the builder's `position` was `start`.
  public func text(from start: Int, count: Int) -> UnsafeRawBufferPointer {
    guard start >= 0, count >= 0, start < storage.count, count < storage.count &- start else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(rebasing: storage.bytes[start..<(start &+ count)])
  }
}
