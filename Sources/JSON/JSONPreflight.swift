import Support

/// What is checked in front of jansson, which recurses as deep as its input nests and accepts some raw 0x00 (attacks
/// A17 and A31), and whose tree takes up to eighty times the memory of the text. No recursion, no memory.
///
/// `maxValues` bounds the tree: each value stands at the top, at the beginning of an array or object, or behind a comma.
///
/// Up to the first fault in the text this scan and jansson agree on where strings begin and end, and jansson stops at
/// the first fault: so it never nests deeper than what was counted here.
func preflight(_ text: UnsafeRawBufferPointer, maxDepth: Int, maxValues: Int) throws(JSONError) {
  if let offset = offset(of: 0, in: text) { throw JSONError("a 0x00 byte at byte \(offset)") }
  // Nothing nests deeper than it opens: that is all there is to see in most tokens.
  if maxValues == .max, !opensMore(than: maxDepth, text) { return }
  var depth = 0
  var values = 1
  var at = 0
  while at < text.count {
    switch text[at] {
    case UInt8(ascii: "\""):
      at = endOfString(in: text, from: at &+ 1)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      depth &+= 1
      values &+= 1
      if depth > maxDepth { throw JSONError("nesting deeper than \(maxDepth) at byte \(at)") }
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      depth &-= 1
    case UInt8(ascii: ","):
      values &+= 1
    default:
      break
    }
    at &+= 1
  }
  if values > maxValues { throw JSONError("more than \(maxValues) values") }
}

/// Whether `text` has more than `limit` opening brackets and braces, in strings or not.
private func opensMore(than limit: Int, _ text: UnsafeRawBufferPointer) -> Bool {
  let braces = occurrences(of: UInt8(ascii: "{"), in: text, atMost: limit &+ 1)
  return braces &+ occurrences(of: UInt8(ascii: "["), in: text, atMost: limit &+ 1) > limit
}

private func occurrences(of byte: UInt8, in text: UnsafeRawBufferPointer, atMost limit: Int) -> Int {
  var count = 0
  var from = 0
  while count < limit, let found = offset(of: byte, in: text, from: from) {
    count &+= 1
    from = found &+ 1
  }
  return count
}

/// Where the quote is that ends the string which begins at `start`; the end of the text when there is none. An even
/// number of backslashes in front of a quote are escaped themselves.
private func endOfString(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
  var from = start
  while let quote = offset(of: UInt8(ascii: "\""), in: text, from: from) {
    var before = quote
    while before > start, text[before &- 1] == UInt8(ascii: "\\") { before &-= 1 }
    if (quote &- before) % 2 == 0 { return quote }
    from = quote &+ 1
  }
  return text.count
}
