import Support

extension JSONValue {
  /// Compact JSON text of this value: members in the order they were read, numbers as they were spelled, strings as
  /// `JSONWriter` has them.
  public func serialized() -> ByteString {
    var writer = JSONWriter()
    writer.write(self)
    return ByteString(writer.bytes)
  }
}

extension JSONWriter {
  /// Walks the entries in their order. What is open is kept in a list, as deep as the document was allowed to be.
  mutating func write(_ value: JSONValue) {
    let document = value.document
    let end = document.end(of: value.index)
    var open: [(end: Int, closing: UInt8)] = []
    var at = value.index
    var isName = false
    while at < end {
      let entry = document.entries[at]
      switch entry.kind {
      case .object, .array:
        let isObject = entry.kind == .object
        write(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        open.append((Int(entry.link), isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")))
        at &+= 1
        isName = isObject
        if at < Int(entry.link) { continue }
      case .string:
        write(string: document.spelling(at))
        at &+= 1
        if isName {
          write(UInt8(ascii: ":"))
          isName = false
          continue
        }
      default:
        write(json: ByteString(document.spelling(at)))
        at &+= 1
      }
      while let innermost = open.last, innermost.end == at {
        write(innermost.closing)
        open.removeLast()
      }
      guard let innermost = open.last else { return }
      write(UInt8(ascii: ","))
      isName = innermost.closing == UInt8(ascii: "}")
    }
  }
}
