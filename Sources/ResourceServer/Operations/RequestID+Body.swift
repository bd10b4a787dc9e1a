import JSON
import Support

extension RequestID {
  /// As far as an answer can repeat it: a string or an integer (MCP, base protocol), and no more of it than fits.
  init(_ member: JSONValue?) {
    if let number = member?.integer {
      self = .number(number)
    } else if let text = member?.text, text.count <= 1024 {
      self = .text(ByteString(text))
    } else {
      self = .unknown
    }
  }
}
