/// The words of a text between spaces (RFC 6749 section 3.3), each once, in their order.
public func words(_ text: UnsafeRawBufferPointer) -> [ByteString] {
  let few = 8  // so few are compared faster than hashed, where they stand
  var words: [ByteString] = []
  var seen: [UnsafeRawBufferPointer] = []
  words.reserveCapacity(few)
  seen.reserveCapacity(few)
  forEachPiece(of: text, separator: 0x20) { word in
    if seen.count < few {
      if seen.contains(where: { isSame($0, word) }) { return }
      seen.append(word)
    }
    words.append(ByteString(word))
  }
  return words.count > few ? withoutRepetition(words) : words
}

/// Each once, in their order.
public func withoutRepetition(_ texts: [ByteString]) -> [ByteString] {
  var seen = Set<ByteString>(minimumCapacity: texts.count)
  return texts.filter { seen.insert($0).inserted }
}

/// The pieces between single occurrences of `separator`; empty pieces are left out.
public func pieces(of text: UnsafeRawBufferPointer, separator: UInt8) -> [ByteString] {
  var pieces: [ByteString] = []
  forEachPiece(of: text, separator: separator) { pieces.append(ByteString($0)) }
  return pieces
}

private func forEachPiece(
  of text: UnsafeRawBufferPointer, separator: UInt8, _ body: (UnsafeRawBufferPointer) -> Void
) {
  var start = 0
  while start < text.count {
    let end = offset(of: separator, in: text, from: start) ?? text.count
    if end > start { body(UnsafeRawBufferPointer(rebasing: text[start..<end])) }
    start = end &+ 1
  }
}
