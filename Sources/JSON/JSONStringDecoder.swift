import CSystem
import Support

/// Reads what is more in a string than plain ASCII, and writes down what strings with escapes stand for.
///
/// A decoded string is never longer than its spelling, so each has its place where it begins in the text: in the text
/// itself, where that belongs to the document, otherwise in memory of the same size that is made at the first escape and
/// touched only where there are some.
struct JSONStringDecoder: ~Copyable {
  private let allowsNUL: Bool
  private let isInPlace: Bool
  private var memory = CheckedMemory()
  /// Where decoded strings are, each where it starts in the text. Nothing before the first, unless it is the text itself.
  private(set) var bytes: UnsafeMutablePointer<UInt8>?

  /// Where the reading failed.
  private(set) var position = 0

  /// Decodes into the text itself, which ends with a byte that may be overwritten.
  init(inPlace text: UnsafeMutablePointer<UInt8>, allowsNUL: Bool) {
    self.allowsNUL = allowsNUL
    isInPlace = true
    bytes = text
  }

  /// Leaves the text as it is.
  init(allowsNUL: Bool) {
    self.allowsNUL = allowsNUL
    isInPlace = false
  }

  /// For C, a NUL byte behind a string that was read, in place of its quotation mark or of what its escapes took.
  @inline(__always)
  func terminate(_ end: Int) {
    if isInPlace { bytes?[end] = 0 }
  }

  /// What decoded strings are in, unless that is the text itself.
  consuming func finished() -> CheckedMemory { memory }

  struct Decoded {
    /// Of the closing quotation mark.
    let end: Int
    let count: Int
    let isDecoded: Bool
  }

  /// The rest of a string that begins at `first` and is plain up to `start`.
  mutating func read(_ text: JSONText, first: Int, from start: Int) throws(JSONFault) -> Decoded {
    var at = start
    while true {
      let byte = text[at]
      if byte >= 0x80 {
        at = try endOfLongCharacters(text, at)
      } else if byte == UInt8(ascii: "\"") {
        return Decoded(end: at, count: at &- first, isDecoded: false)
      } else if byte == UInt8(ascii: "\\") {
        return try decode(text, first: first, from: at)
      } else {
        throw fail(.controlCharacter, at)
      }
      at = text.endOfPlain(at)
    }
  }

  /// The same from its first backslash on.
  private mutating func decode(_ text: JSONText, first: Int, from start: Int) throws(JSONFault) -> Decoded {
    let output = try room(for: text)
    var at = start
    var to = start
    if !isInPlace { memcpy(output + first, text.start + first, start &- first) }
    while true {
      let byte = text[at]
      if byte == UInt8(ascii: "\\") {
        try decodeEscape(text, &at, into: output, &to)
        continue
      }
      if byte == UInt8(ascii: "\"") { return Decoded(end: at, count: to &- first, isDecoded: true) }
      let end = byte >= 0x80 ? try endOfLongCharacters(text, at) : text.endOfPlain(at)
      guard end > at else { throw fail(.controlCharacter, at) }
      memmove(output + to, text.start + at, end &- at)
      to &+= end &- at
      at = end
    }
  }

  private mutating func room(for text: JSONText) throws(JSONFault) -> UnsafeMutablePointer<UInt8> {
    if let bytes { return bytes }
    memory = CheckedMemory(byteCount: text.count)
    guard let start = memory.start?.assumingMemoryBound(to: UInt8.self) else { throw .outOfMemory }
    bytes = start
    return start
  }

  private mutating func endOfLongCharacters(_ text: JSONText, _ at: Int) throws(JSONFault) -> Int {
    guard let end = text.endOfLongCharacters(at) else { throw fail(.invalidUTF8, at) }
    return end
  }

  /// RFC 8259 section 7.
  @inline(__always)
  private mutating func decodeEscape(
    _ text: JSONText, _ at: inout Int, into output: UnsafeMutablePointer<UInt8>, _ to: inout Int
  ) throws(JSONFault) {
    let letter = text[at &+ 1]
    let meant: UInt8
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): meant = letter
    case UInt8(ascii: "b"): meant = 0x08
    case UInt8(ascii: "f"): meant = 0x0C
    case UInt8(ascii: "n"): meant = 0x0A
    case UInt8(ascii: "r"): meant = 0x0D
    case UInt8(ascii: "t"): meant = 0x09
    case UInt8(ascii: "u"):
      to &+= writeUTF8(try readCodePoint(text, &at), to: output + to)
      return
    default: throw fail(at &+ 1 < text.count ? .escape : .endsTooEarly, at)
    }
    output[to] = meant
    to &+= 1
    at &+= 2
  }

  /// `\uXXXX`, or two of them that make one code point.
  private mutating func readCodePoint(_ text: JSONText, _ at: inout Int) throws(JSONFault) -> UInt32 {
    guard let unit = hexadecimal(text, at &+ 2) else { throw fail(.escape, at) }
    guard unit != 0 || allowsNUL else { throw fail(.nul, at) }
    guard unit & 0xF800 == 0xD800 else {
      at &+= 6
      return unit
    }
    guard unit < 0xDC00, text[at &+ 6] == UInt8(ascii: "\\"), text[at &+ 7] == UInt8(ascii: "u"),
      let low = hexadecimal(text, at &+ 8), low & 0xFC00 == 0xDC00
    else { throw fail(.surrogate, at) }
    at &+= 12
    return 0x10000 &+ (unit & 0x3FF) << 10 &+ (low & 0x3FF)
  }

  private mutating func fail(_ fault: JSONFault, _ at: Int) -> JSONFault {
    position = at
    return fault
  }
}

/// The number that the four hexadecimal digits at `at` spell.
private func hexadecimal(_ text: JSONText, _ at: Int) -> UInt32? {
  var number: UInt32 = 0
  for offset in 0..<4 {
    let byte = text[at &+ offset]
    let digit: UInt8
    switch byte {
    case 0x30...0x39: digit = byte &- 0x30
    case 0x41...0x46: digit = byte &- 0x41 &+ 10
    case 0x61...0x66: digit = byte &- 0x61 &+ 10
    default: return nil
    }
    number = number << 4 | UInt32(digit)
  }
  return number
}
