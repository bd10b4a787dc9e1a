import Support

/// Writes JSON that can stand anywhere: printable ASCII only, and none of the characters that mean something to HTML.
///
/// Whatever is written reads back as the same by any reader of JSON. Everything beyond ASCII, control characters, DEL,
/// `<`, `>` and `&` are escapes, so that no text can end a log line, a header field or a script element.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  /// Some text was not UTF-8: what was written is not what was meant.
  private(set) var hasFailed = false

  mutating func write(_ byte: UInt8) { bytes.append(byte) }

  mutating func write(_ text: StaticString) { bytes.append(contentsOf: text.bytes) }

  /// What is JSON already.
  mutating func write(json: ByteString) { bytes.append(contentsOf: json.bytes) }

  /// A string of its own.
  mutating func write(text: ByteString) { text.withUnsafeBytes { write(string: $0) } }

  /// Makes the whole unusable.
  mutating func fail() { hasFailed = true }

  /// A string (RFC 8259 section 7).
  mutating func write(string: UnsafeRawBufferPointer) {
    bytes.reserveCapacity(bytes.count &+ string.count &+ 2)
    write(UInt8(ascii: "\""))
    var at = 0
    while at < string.count {
      let byte = string[at]
      if byte < 0x80 {
        write(ascii: byte)
        at &+= 1
      } else {
        at = write(longCharacter: string, at)
      }
    }
    write(UInt8(ascii: "\""))
  }

  private mutating func write(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): write(escape: byte)
    case 0x08: write(escape: UInt8(ascii: "b"))
    case 0x09: write(escape: UInt8(ascii: "t"))
    case 0x0A: write(escape: UInt8(ascii: "n"))
    case 0x0C: write(escape: UInt8(ascii: "f"))
    case 0x0D: write(escape: UInt8(ascii: "r"))
    case 0x00..<0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): write(unit: UInt32(byte))
    default: write(byte)
    }
  }

  private mutating func write(escape letter: UInt8) {
    write(UInt8(ascii: "\\"))
    write(letter)
  }

  /// The character of several bytes at `at`; where the next one is.
  private mutating func write(longCharacter text: UnsafeRawBufferPointer, _ at: Int) -> Int {
    guard let (point, length) = codePoint(text, at) else {
      hasFailed = true
      return text.count
    }
    if point < 0x10000 {
      write(unit: point)
    } else {
      write(unit: 0xD800 &+ (point &- 0x10000) >> 10)
      write(unit: 0xDC00 &+ (point & 0x3FF))
    }
    return at &+ length
  }

  /// `\uXXXX`
  private mutating func write(unit: UInt32) {
    write("\\u")
    for shift: UInt32 in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
      write(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "A") &+ digit &- 10)
    }
  }
}
