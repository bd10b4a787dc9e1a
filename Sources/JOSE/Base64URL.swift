import Support

/// base64url as JOSE writes it (RFC 7515 section 2, RFC 4648 section 5): the strict alphabet, no padding, no white
/// space, unused bits zero. So every byte sequence has exactly one spelling (attack A30).
public enum Base64URL {
  /// Why a text is not base64url; `description` continues a sentence such as "the signature is not base64url: ".
  public enum Fault: Error, Sendable {
    case padding, whiteSpace, standardAlphabet, character, length, unusedBits

    public var description: Diagnostic {
      switch self {
      case .padding: "it has '=' padding, which JOSE leaves out"
      case .whiteSpace: "it has white space or a line break in it"
      case .standardAlphabet: "it has '+' or '/', which are '-' and '_' in base64url"
      case .character: "it has a character outside A-Z a-z 0-9 - _"
      case .length: "its length is impossible, so it is cut off or has one character too many"
      case .unusedBits: "its last character has bits set that belong to no byte"
      }
    }
  }

  /// How many bytes `characters` of base64url hold.
  static func decodedCount(_ characters: Int) -> Int { characters / 4 &* 3 &+ (characters % 4) &* 3 / 4 }

  public static func decode(_ text: UnsafeRawBufferPointer) throws(Fault) -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: decodedCount(text.count)) { (output, count) throws(Fault) in
      try decode(text, into: UnsafeMutableRawBufferPointer(output))
      count = output.count
    }
  }

  /// `output` has room for just what `text` holds: `decodedCount`.
  static func decode(
    _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(Fault) {
    if text.count % 4 == 1 {
      try findFault(text)
      throw .length
    }
    guard fill(output, from: text) else {
      try findFault(text)
      throw .character
    }
    if text.count % 4 != 0, let last = text.last {
      let unused: UInt32 = text.count % 4 == 2 ? 0x0F : 0x03
      if digits[Int(last)] & unused != 0 { throw .unusedBits }
    }
  }

  public static func decode(_ text: ByteString) throws(Fault) -> [UInt8] {
    try text.withUnsafeBytes { (bytes) throws(Fault) -> [UInt8] in try decode(bytes) }
  }

  public static func encode(_ bytes: some Sequence<UInt8>) -> ByteString {
    var text = ByteString()
    var pending: UInt32 = 0
    var bits: UInt32 = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      bits &+= 8
      while bits >= 6 {
        bits &-= 6
        text.append(character(UInt8(truncatingIfNeeded: pending >> bits) & 0x3F))
      }
    }
    if bits > 0 { text.append(character(UInt8(truncatingIfNeeded: pending << (6 &- bits)) & 0x3F)) }
    return text
  }

  /// Writes what `text` holds, whatever it is, and returns whether all of it were digits.
  @_optimize(speed)
  private static func fill(_ output: UnsafeMutableRawBufferPointer, from text: UnsafeRawBufferPointer) -> Bool {
    digits.withUnsafeBufferPointer { digits in
      // What is no digit leaves a mark above the 24 bits of its group: collected here and looked at once.
      var seen: UInt64 = 0
      func digit(_ offset: Int) -> UInt64 { UInt64(digits[Int(text[offset])]) }
      var written = 0
      var at = 0
      // As long as three more bytes are to come, four are written at once, of which the last is none yet.
      while text.count &- at >= 8 {
        let group = digit(at) << 18 | digit(at &+ 1) << 12 | digit(at &+ 2) << 6 | digit(at &+ 3)
        seen |= group
        output.storeBytes(of: UInt32(truncatingIfNeeded: group << 8).bigEndian, toByteOffset: written, as: UInt32.self)
        written &+= 3
        at &+= 4
      }
      while at < text.count {
        var group: UInt64 = 0
        for place in 0..<4 { group = group << 6 | (at &+ place < text.count ? digit(at &+ place) : 0) }
        seen |= group
        for byte in 0..<3 where written < output.count {
          output[written] = UInt8(truncatingIfNeeded: group >> (16 &- UInt64(truncatingIfNeeded: byte) &* 8))
          written &+= 1
        }
        at &+= 4
      }
      return seen < 1 << 24
    }
  }

  private static func findFault(_ text: UnsafeRawBufferPointer) throws(Fault) {
    for character in text where digits[Int(character)] == noDigit {
      switch character {
      case UInt8(ascii: "="): throw .padding
      case UInt8(ascii: "+"), UInt8(ascii: "/"): throw .standardAlphabet
      case 0x20, 0x09, 0x0A, 0x0D: throw .whiteSpace
      default: throw .character
      }
    }
  }

  private static func character(_ digit: UInt8) -> UInt8 {
    switch digit {
    case 0...25: UInt8(ascii: "A") &+ digit
    case 26...51: UInt8(ascii: "a") &+ (digit &- 26)
    case 52...61: UInt8(ascii: "0") &+ (digit &- 52)
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
  }
}
