/// The words of a text between spaces (RFC 6749 section 3.3), each once, in their order.
public func words(_ text: UnsafeRawBufferPointer) -> [ByteString] {
  let few = 8  // so few are compared faster than hashed
  let space: UInt8 = 0x20
  var words: [ByteString] = []
  words.reserveCapacity(min(text.count { $0 == space }, few) &+ 1)
  forEachPiece(of: text, separator: space) { start, word in
    let isRepeated = words.count <= few && has(UnsafeRawBufferPointer(rebasing: text[..<start]), word)
    if !isRepeated { words.append(ByteString(word)) }
    return true
  }
  return words.count > few ? withoutRepetition(words) : words

  func has(_ text: UnsafeRawBufferPointer, _ word: UnsafeRawBufferPointer) -> Bool {
    !forEachPiece(of: text, separator: space) { _, other in !isSame(other, word) }
  }
}

/// Each once, in their order.
public func withoutRepetition(_ texts: [ByteString]) -> [ByteString] {
  var seen = Set<ByteString>(minimumCapacity: texts.count)
  return texts.filter { seen.insert($0).inserted }
}

/// The pieces between single occurrences of `separator`; empty pieces are left out.
public func pieces(of text: UnsafeRawBufferPointer, separator: UInt8) -> [ByteString] {
  var pieces: [ByteString] = []
  forEachPiece(of: text, separator: separator) { _, piece in
    pieces.append(ByteString(piece))
    return true
  }
  return pieces
}

/// Each piece and where it begins, until `body` says no more; whether it never did.
@discardableResult
private func forEachPiece(
  of text: UnsafeRawBufferPointer, separator: UInt8, _ body: (Int, UnsafeRawBufferPointer) -> Bool
) -> Bool {
  var start = 0
  while start < text.count {
    let end = offset(of: separator, in: text, from: start) ?? text.count
    if end > start, !body(start, UnsafeRawBufferPointer(rebasing: text[start..<end])) { return false }
    start = end &+ 1
  }
  return true
}
