import JSON
import Support

extension JSONValue {
  /// The name of a member that is none of `names`, and that another parser would take for one of them: one that ignores
  /// case, also beyond ASCII (attack A50), or one that ends names at a NUL (A31).
  func lookAlike(of names: [StaticString]) -> ByteString? {
    var found: ByteString?
    forEachMember { name, _ in
      guard !names.contains(where: { name == $0 }) else { return }
      let folded = foldingCase(endingAtNUL(name))
      if names.contains(where: { folded.equalsIgnoringCase($0) }) { found = name }
    }
    return found
  }
}

/// What C code reads of a name.
private func endingAtNUL(_ name: ByteString) -> ByteString {
  name.bytes.contains(0) ? ByteString(name.bytes.prefix { $0 != 0 }) : name
}

/// The two letters beyond ASCII that Unicode's case folding makes one of ASCII, as that one: U+017F is s, U+212A is k.
private func foldingCase(_ name: ByteString) -> ByteString {
  guard name.count <= 3 * 32, name.bytes.contains(where: { $0 >= 0x80 }) else { return name }
  var folded = ByteString()
  var rest = name.bytes[...]
  while let byte = rest.first {
    if rest.starts(with: [0xC5, 0xBF]) {
      folded.append(UInt8(ascii: "s"))
      rest = rest.dropFirst(2)
    } else if rest.starts(with: [0xE2, 0x84, 0xAA]) {
      folded.append(UInt8(ascii: "k"))
      rest = rest.dropFirst(3)
    } else {
      folded.append(byte)
      rest = rest.dropFirst()
    }
  }
  return folded
}
