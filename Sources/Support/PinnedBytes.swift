/// Bytes at an address that does not move, in one allocation with their count and with the count of those who share them.
struct PinnedBytes: @unchecked Sendable {
  private let buffer: ManagedBuffer<Int, UInt8>

  /// The bytes are whatever was there.
  init(byteCount: Int) { buffer = .create(minimumCapacity: byteCount) { _ in byteCount } }

  var count: Int { buffer.header }

  /// Valid as long as this or a copy of it. Written to only while nobody else has it.
  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: buffer.withUnsafeMutablePointerToElements { $0 }, count: count)
  }
}
