import Support

/// What is checked in front of jansson, which recurses as deep as its input nests and accepts some raw 0x00 (attacks
/// A17 and A31), and whose tree takes up to eighty times the memory of the text. One pass, no recursion, no memory.
///
/// `maxValues` bounds the tree: each value stands at the top, at the beginning of an array or object, or behind a comma.
///
/// Up to the first fault in the text this scan and jansson agree on where strings begin and end, and jansson stops at
/// the first fault: so it never nests deeper than what was counted here.
func preflight(_ text: UnsafeRawBufferPointer, maxDepth: Int, maxValues: Int) throws(JSONError) {
  var depth = 0
  var values = 1
  var inString = false
  var escaped = false
  var offset = 0
  for byte in text {
    if byte == 0 { throw JSONError("a 0x00 byte at byte \(offset)") }
    if inString {
      if escaped {
        escaped = false
      } else if byte == UInt8(ascii: "\\") {
        escaped = true
      } else if byte == UInt8(ascii: "\"") {
        inString = false
      }
    } else {
      switch byte {
      case UInt8(ascii: "\""):
        inString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth &+= 1
        values &+= 1
        if depth > maxDepth { throw JSONError("nesting deeper than \(maxDepth) at byte \(offset)") }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth &-= 1
      case UInt8(ascii: ","):
        values &+= 1
      default:
        break
      }
    }
    offset &+= 1
  }
  if values > maxValues { throw JSONError("more than \(maxValues) values") }
}
