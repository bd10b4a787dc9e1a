import Support

/// What is checked in front of jansson, which recurses as deep as its input nests and accepts some raw 0x00 (attacks
/// A17 and A31). One pass, no recursion, no memory.
///
/// Up to the first fault in the text this scan and jansson agree on where strings begin and end, and jansson stops at
/// the first fault: so it never nests deeper than what was counted here.
func preflight(_ text: UnsafeRawBufferPointer, maxDepth: Int) throws(JSONError) {
  var depth = 0
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
        if depth > maxDepth { throw JSONError("nesting deeper than \(maxDepth) at byte \(offset)") }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth &-= 1
      default:
        break
      }
    }
    offset &+= 1
  }
}
