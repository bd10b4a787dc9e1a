import Support

/// A URI template as what its literals leave open: between two neighbours of `head`, and of `tail`, any bytes without a
/// slash; between head and tail, where there is a tail, any bytes at all.
///
/// Each literal is taken where it first occurs. That finds a match wherever there is one: what an earlier place leaves to
/// the next variable has no slash in it either. So no URI makes this slow.
final class URIPattern: Sendable {
  private let head: [ByteString]
  /// From its end to its beginning, each literal backwards.
  private let reversedTail: [ByteString]?
  /// What the bytes between head and tail begin with, where there are any.
  private let lead: UInt8?

  init(head: [ByteString], tail: [ByteString]?, lead: UInt8?) {
    self.head = head
    reversedTail = tail.map { $0.reversed().map { ByteString([UInt8]($0.bytes.reversed())) } }
    // Where a variable stands in front, the bytes may be divided in several ways.
    self.lead = head.count == 1 ? lead : nil
  }

  /// How much of a URI it fixes.
  var literalCount: Int {
    var count = 0
    for literal in head + (reversedTail ?? []) { count += literal.count }
    return count
  }

  /// What each URI that matches begins with.
  var prefix: ByteString { head.first ?? "" }

  func matches(_ text: ByteString) -> Bool {
    guard let reversedTail else { return matchesToTheEnd(text.bytes) }
    guard let start = Self.end(of: head[...], in: text.bytes),
      let rest = Self.end(of: reversedTail[...], in: text.bytes.reversed()), start + rest <= text.count
    else { return false }
    let open = text.bytes.dropFirst(start).dropLast(rest)
    return lead == nil || open.isEmpty || open.first == lead
  }

  private func matchesToTheEnd(_ text: [UInt8]) -> Bool {
    guard let last = head.last else { return text.isEmpty }
    guard head.count > 1 else { return text == last.bytes }
    guard let start = Self.end(of: head.dropLast(), in: text), start + last.count <= text.count else { return false }
    let rest = text.dropFirst(start)
    return rest.suffix(last.count).elementsEqual(last.bytes) && !rest.dropLast(last.count).contains(Self.slash)
  }

  /// Where the text behind the last of `literals` begins; the first of them stands at the beginning.
  private static func end(of literals: ArraySlice<ByteString>, in text: [UInt8]) -> Int? {
    var rest = text[...]
    for (index, literal) in literals.enumerated() {
      while !rest.starts(with: literal.bytes) {
        guard index > 0, let skipped = rest.popFirst(), skipped != slash else { return nil }
      }
      rest = rest.dropFirst(literal.count)
    }
    return text.count - rest.count
  }

  private static let slash = UInt8(ascii: "/")
}
