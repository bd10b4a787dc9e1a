/// The scopes of a space-separated list (RFC 6749 section 3.3), each once, in their order; they are parts of `text`.
public func parseScope(_ text: TextView) -> [TextView] {
  let small = TextIndex.smallCount
  var scopes: [TextView] = []
  scopes.reserveCapacity(text.count / 8 &+ 2)
  forEachPiece(of: text.bytes, separator: 0x20) { scope in
    guard scopes.count < small, scopes.contains(scope) else {
      scopes.append(scope)
      return
    }
  }
  return scopes.count > small ? withoutRepetition(scopes) : scopes
}

/// The pieces between single occurrences of `separator`; empty pieces are left out unless `keepsEmpty`.
func pieces(of text: UnsafeRawBufferPointer, separator: UInt8, keepsEmpty: Bool = false) -> [ByteString] {
  var pieces: [ByteString] = []
  forEachPiece(of: text, separator: separator, keepsEmpty: keepsEmpty) { pieces.append(ByteString($0)) }
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
