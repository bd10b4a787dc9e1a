/// One name or value of a text, in 16 bytes. All entries of a text stand in one table, in the order of the text: a name in
/// front of its value, an object or array in front of what it holds.
struct JSONEntry {
  /// Where its spelling begins in the text: the first byte between the quotes of a string, of all others the first byte.
  var start: UInt32
  /// Bytes of a string or number; members or elements of an object or array.
  var count: UInt32
  /// Of an object or array: the entry behind the last one in it; while that is still read, the entry of what it stands
  /// in. Of a name: its fingerprint.
  var link: UInt32
  let kind: JSONKind
  /// Of a string: it had escapes, and its bytes stand at `start` of the decoded bytes, not of the text.
  let isDecoded: Bool

  init(_ kind: JSONKind, start: Int, count: Int = 0, link: UInt32 = 0, isDecoded: Bool = false) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
    self.link = link
    self.kind = kind
    self.isDecoded = isDecoded
  }

  /// The link of what stands in nothing.
  static let none = UInt32.max

  @inline(__always)
  var isContainer: Bool { kind.rawValue >= JSONKind.array.rawValue }
}
