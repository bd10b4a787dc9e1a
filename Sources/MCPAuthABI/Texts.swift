import CMCPAuth
import Support

// Text across the boundary.

/// `text` for C; its data is never NULL. The text lives as long as what it was taken from.
func borrowedText(_ text: UnsafeRawBufferPointer?) -> mcpauth_str {
  guard let text, let base = text.baseAddress else { return mcpauth_str(data: ("" as StaticString).cString, len: 0) }
  return mcpauth_str(data: base.assumingMemoryBound(to: CChar.self), len: text.count)
}

func borrowedText(_ text: StaticString) -> mcpauth_str { mcpauth_str(data: text.cString, len: text.count) }

/// What the caller passed as pointer and length; nil where it is NULL with a length, or longer than memory can be.
func bytesArgument(_ data: UnsafePointer<CChar>?, _ count: Int) -> UnsafeRawBufferPointer? {
  guard count >= 0 else { return nil }
  guard let data else { return count == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : nil }
  return UnsafeRawBufferPointer(start: UnsafeRawPointer(data), count: count)
}

func bytesArgument(_ text: mcpauth_str) -> UnsafeRawBufferPointer? { bytesArgument(text.data, text.len) }

/// A NUL-terminated argument of a configuration call.
func textArgument(_ text: UnsafePointer<CChar>?, _ what: StaticString) throws(AuthError) -> ByteString {
  guard let text else { throw AuthError(.nullParameter, "\(what) is NULL") }
  return ByteString(cString: text)
}

/// A pointer and length argument of a configuration call that has to be there.
func textArgument(_ data: UnsafePointer<CChar>?, _ count: Int, _ what: StaticString) throws(AuthError)
  -> UnsafeRawBufferPointer
{
  guard data != nil, let bytes = bytesArgument(data, count) else { throw AuthError(.nullParameter, "\(what) is NULL") }
  return bytes
}

/// The first `count` bytes of `text`, and a NUL behind them. There has to be room for both.
func copy(_ text: ByteString, to buffer: UnsafeMutablePointer<CChar>, _ count: Int) {
  for (index, byte) in text.bytes.prefix(count).enumerated() { buffer[index] = CChar(bitPattern: byte) }
  buffer[count] = 0
}
