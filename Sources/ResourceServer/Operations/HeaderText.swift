import JOSE
import Support

/// The text of an Mcp-Name or Mcp-Method header, without the blanks around it: as it stands, or base64 (RFC 4648 section 4)
/// between `=?base64?` and `?=` where it could not stand in a header (MCP 2026-07-28, Streamable HTTP). The marker is
/// compared byte for byte; without it the value is literal. nil where what the marker begins is no base64.
func headerText(_ value: UnsafeRawBufferPointer) -> ByteString? {
  guard value.count <= longestHeaderText else { return nil }
  let text = withoutBlanks(ByteString(value))
  guard text.hasPrefix("=?base64?") else { return text }
  guard text.hasSuffix("?="), text.count >= 11 else { return nil }
  let encoded = text.dropFirst(9).dropLast(2)
  guard encoded.count % 4 == 0 else { return nil }
  let digits = encoded.bytes.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
  guard encoded.count - digits.count <= 2 else { return nil }
  let urlSafe = digits.map { (digit: UInt8) -> UInt8 in
    switch digit {
    case UInt8(ascii: "+"): return UInt8(ascii: "-")
    case UInt8(ascii: "/"): return UInt8(ascii: "_")
    case UInt8(ascii: "-"), UInt8(ascii: "_"): return UInt8(ascii: "=")
    default: return digit
    }
  }
  do throws(Base64URL.Fault) {
    return ByteString(
      try urlSafe.withUnsafeBytesTyped { (bytes) throws(Base64URL.Fault) -> [UInt8] in
        try Base64URL.decode(bytes)
      })
  } catch {
    return nil
  }
}

/// More than HTTP servers take, and so that a sender does not choose how much is copied.
private let longestHeaderText = 64 << 10

/// OWS of RFC 9110 section 5.6.3.
func withoutBlanks(_ text: ByteString) -> ByteString {
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  let start = text.bytes.prefix(while: isBlank).count
  let end = text.bytes.reversed().prefix(while: isBlank).count
  return start + end < text.count ? text.dropLast(end).dropFirst(start) : ByteString()
}
