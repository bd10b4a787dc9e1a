/// The words of a text between spaces (RFC 6749 section 3.3), each once, in their order; they are parts of `text`.
public func words(_ text: TextView) -> [TextView] {
  let few = TextSet.fewTexts
  var words: [TextView] = []
  words.reserveCapacity(few)
  forEachPiece(of: text.bytes, separator: 0x20) { word in
    guard words.count < few, words.contains(word) else {
      words.append(word)
      return
    }
  }
  return words.count > few ? withoutRepetition(words) : words
}

/// Each once, in their order.
public func withoutRepetition(_ texts: [TextView]) -> [TextView] {
  var seen = TextIndex(roomFor: texts.count)
  return texts.filter { seen.insert(ByteString($0)) }
}

/// Each once, in their order.
public func withoutRepetition(_ texts: [ByteString]) -> [ByteString] {
  var seen = TextIndex(roomFor: texts.count)
  return texts.filter { seen.insert($0) }
}

/// The pieces between single occurrences of `separator`; empty pieces are left out unless `keepsEmpty`.
@inline(never)
func pieces(of text: UnsafeRawBufferPointer, separator: UInt8, keepsEmpty: Bool = false) -> [ByteString] {
  var pieces: [ByteString] = []
  forEachPiece(of: text, separator: separator, keepsEmpty: keepsEmpty) { pieces.add(ByteString($0)) }
  return pieces
}

private func forEachPiece(
  of text: UnsafeRawBufferPointer, separator: UInt8, keepsEmpty: Bool = false, _ body: (TextView) -> Void
) {
  var start = 0
  while start <= text.count {
    let end = offset(of: separator, in: text, from: start) ?? text.count
    if keepsEmpty || end > start { body(TextView(UnsafeRawBufferPointer(rebasing: text[start..<end]))) }
    start = end &+ 1
  }
}
