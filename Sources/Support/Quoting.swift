/// Foreign text as it may stand in an error message or a log line: quoted, ASCII only, bounded.
///
/// Everything outside printable ASCII becomes `\xNN`, so that neither a line break, a terminal sequence nor a
/// look-alike letter reaches the operator's log (attacks A6 and A37).
public func quoted(_ text: ByteString, limit: Int = 128) -> Diagnostic {
  var characters: [UInt8] = [UInt8(ascii: "\"")]
  for byte in text.bytes.prefix(limit) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      characters.append(UInt8(ascii: "\\"))
      characters.append(byte)
    case 0x20...0x7E:
      characters.append(byte)
    default:
      characters.append(UInt8(ascii: "\\"))
      characters.append(UInt8(ascii: "x"))
      characters.append(hexDigit(byte >> 4))
      characters.append(hexDigit(byte & 0x0F))
    }
  }
  characters.append(UInt8(ascii: "\""))
  let shown = Diagnostic(ascii: characters)
  return text.count > limit ? shown + "... (\(text.count) bytes)" : shown
}

/// `quoted` of each, as `["a", "b"]`; at most `limit` of them.
public func quoted(_ texts: [ByteString], limit: Int = 8) -> Diagnostic {
  var shown: Diagnostic = "["
  for (index, text) in texts.prefix(limit).enumerated() {
    shown += (index == 0 ? "" : ", ") + quoted(text)
  }
  return shown + (texts.count > limit ? ", ... \(texts.count) in all]" : "]")
}

private func hexDigit(_ nibble: UInt8) -> UInt8 {
  nibble < 10 ? UInt8(ascii: "0") &+ nibble : UInt8(ascii: "a") &+ (nibble &- 10)
}
