import Support

/// The entries of one text. Grows by doubling; `limit` bounds it.
struct JSONTable: ~Copyable {
  private var memory: CheckedMemory
  private(set) var entries: UnsafeMutablePointer<JSONEntry>
  private(set) var count = 0
  private var capacity: Int
  private let limit: Int

  static let entryBytes = MemoryLayout<JSONEntry>.stride

  /// With room for what so many bytes of text mostly need. nil when there is no memory.
  init?(textBytes: Int, limit: Int) {
    let expected = min(textBytes / 12 &+ 16, limit)
    memory = CheckedMemory(byteCount: expected &* Self.entryBytes)
    guard let start = memory.start else { return nil }
    entries = start.assumingMemoryBound(to: JSONEntry.self)
    self.limit = limit
    capacity = expected
  }

  /// Makes sure that a name and its value can be appended.
  @inline(__always)
  mutating func reserveTwo() throws(JSONFault) {
    if capacity &- count < 2 { try grow() }
  }

  private mutating func grow() throws(JSONFault) {
    guard limit &- count >= 2 else { throw .tooMany }
    let larger = min(capacity &* 2, limit)
    guard memory.resize(to: larger &* Self.entryBytes), let start = memory.start else { throw .outOfMemory }
    entries = start.assumingMemoryBound(to: JSONEntry.self)
    capacity = larger
  }

  /// After `reserveTwo`.
  @inline(__always)
  mutating func append(_ entry: JSONEntry) {
    (entries + count).initialize(to: entry)
    count &+= 1
  }

  /// One more member or element of the object or array at `index`. (Swift 6.3 crashes on the operator that adds in place
  /// here, under ThreadSanitizer.)
  @inline(__always)
  func countMember(of index: UInt32) {
    let entry = entries + Int(index)
    entry.pointee.count = entry.pointee.count &+ 1
  }

  /// Gives back what was not needed, where that is worth a call, and the rest to its new owner.
  consuming func finished() -> CheckedMemory {
    var memory = memory
    if capacity &- count > 64 { _ = memory.resize(to: count &* Self.entryBytes) }
    return memory
  }
}
