import JOSE
import Support

/// The text of an Mcp-Name or Mcp-Method header: as it stands, or base64 between `=?base64?` and `?=` where it could not
/// stand in a header (MCP 2026-07-28, Streamable HTTP). nil where the base64 is none.
func headerText(_ value: UnsafeRawBufferPointer) -> ByteString? {
  let text = ByteString(value)
  guard ByteString(text.bytes.prefix(9)).equalsIgnoringCase("=?base64?"), text.hasSuffix("?="), text.count >= 11 else {
    return text
  }
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
