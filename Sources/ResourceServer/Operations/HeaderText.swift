import JOSE
import Support

/// The text of an Mcp-Name or Mcp-Method header, without the blanks around it: as it stands, or base64 (RFC 4648 section 4)
/// between `=?base64?` and `?=` where it could not stand in a header (MCP 2026-07-28, Streamable HTTP). The marker is
/// compared byte for byte; without it the value is literal. nil where what the marker begins is no base64.
func headerText(_ value: UnsafeRawBufferPointer) -> ByteString? {
  guard value.count <= longestHeaderText else { return nil }
  let text = ByteString(withoutBlanks(value))
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

/// A field value without the spaces and tabs around it, which are no part of it (RFC 9110 section 5.5).
func withoutBlanks(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  var start = 0
  var end = value.count
  while start < end, isFieldBlank(value[start]) { start &+= 1 }
  while start < end, isFieldBlank(value[end &- 1]) { end &-= 1 }
  return UnsafeRawBufferPointer(rebasing: value[start..<end])
}

/// OWS of RFC 9110 section 5.6.3.
func isFieldBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
