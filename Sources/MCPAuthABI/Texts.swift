import CMCPAuth
import Support

// Text across the boundary.

/// `text` for C; its data is never NULL. The text lives as long as what it was taken from.
func lentText(_ text: UnsafeRawBufferPointer?) -> mcpauth_str {
  guard let text, let base = text.baseAddress else { return mcpauth_str(data: Literal("").cString, len: 0) }
  return mcpauth_str(data: base.assumingMemoryBound(to: CChar.self), len: text.count)
}

func lentText(_ text: Literal) -> mcpauth_str { mcpauth_str(data: text.cString, len: text.count) }

/// What the caller passed as pointer and length; nil where it is NULL with a length, or longer than memory can be.
func passedBytes(_ data: UnsafePointer<CChar>?, _ count: Int) -> UnsafeRawBufferPointer? {
  guard count >= 0 else { return nil }
  guard let data else { return count == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : nil }
  return UnsafeRawBufferPointer(start: UnsafeRawPointer(data), count: count)
}

func passedBytes(_ text: mcpauth_str) -> UnsafeRawBufferPointer? { passedBytes(text.data, text.len) }

/// A NUL-terminated argument of a configuration call.
func passedText(_ text: UnsafePointer<CChar>?, _ what: Literal) throws(Failure) -> ByteString {
  guard let text else { throw Failure(.nullParameter, "\(what) is NULL") }
  return ByteString(cString: text)
}

/// A pointer and length argument of a configuration call that has to be there.
func passedText(_ data: UnsafePointer<CChar>?, _ count: Int, _ what: Literal) throws(Failure) -> UnsafeRawBufferPointer
{
  guard data != nil, let bytes = passedBytes(data, count) else { throw Failure(.nullParameter, "\(what) is NULL") }
  return bytes
}
