/// The bytes that are read. No access goes beyond them: what would be behind the end reads as 0x00, which no JSON text has.
struct JSONText {
  let start: UnsafePointer<UInt8>
  let count: Int

  /// `at` is never negative.
  @inline(__always)
  subscript(at: Int) -> UInt8 { at < count ? start[at] : 0 }

  /// The first byte at or behind `at` that is no blank (RFC 8259 section 2).
  @inline(__always)
  func skippingBlanks(_ at: Int) -> Int {
    var at = at
    while self[at] <= 0x20, isBlank(self[at]) { at &+= 1 }
    return at
  }

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  /// The first byte at or behind `at` that is not simply a character of a string: a quotation mark, a backslash, a control
  /// character, a byte of a longer character, or the end. Eight bytes at a time.
  @inline(__always)
  func endOfPlain(_ at: Int) -> Int {
    var at = at
    while count &- at >= 8 {
      let marks = Self.marks(UInt64(littleEndian: UnsafeRawPointer(start + at).loadUnaligned(as: UInt64.self)))
      if marks != 0 { return at &+ marks.trailingZeroBitCount / 8 }
      at &+= 8
    }
    while at < count, Self.isPlain(start[at]) { at &+= 1 }
    return at
  }

  private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C }

  /// The top bit of each byte that is not plain. Only the lowest is exact: a borrow may set those above it.
  @inline(__always)
  private static func marks(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let control = (word &- (ones &* 0x20)) & ~word
    let quote = (quotes &- ones) & ~quotes
    let backslash = (backslashes &- ones) & ~backslashes
    return (control | quote | backslash | word) & (ones &* 0x80)
  }
}
