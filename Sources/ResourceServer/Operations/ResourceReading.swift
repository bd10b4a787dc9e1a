import Support

/// One way in which a host may read a resource's URI.
///
/// Hosts decode escapes, split at slashes and cut queries, each in its own way and order. A rule holds for whatever one of
/// these ways makes of a URI, or a strange spelling would get around it (attack A57). The same is done to the literals of
/// templates, and each piece is read as it is within the whole.
struct ResourceReading: Sendable {
  private enum Decoding {
    /// A template's literal may even begin within an escape: a% 41.
    case none
    case once
    /// Also escapes that come out of escapes: %2541 is A.
    case all
  }

  let number: Int
  private var decoding = Decoding.once
  /// A slash out of an escape, and a backslash, separate as a slash does. Otherwise both are a backslash.
  private var countsAllSlashes = false
  /// Several slashes are one; behind a colon, two.
  private var joinsSlashes = false

  /// As most hosts do: a URI is split first and decoded then.
  static let usual = ResourceReading(number: 0)
  /// The one that most different spellings have in common.
  static let broadest = ResourceReading(number: 4, decoding: .all, countsAllSlashes: true, joinsSlashes: true)

  static let all = [
    usual, ResourceReading(number: 1, joinsSlashes: true), ResourceReading(number: 2, countsAllSlashes: true),
    ResourceReading(number: 3, countsAllSlashes: true, joinsSlashes: true), broadest,
    ResourceReading(number: 5, decoding: .none),
  ]

  /// What is compared with a template: with and without query and fragment, and with and without a slash at its end.
  func texts(of uri: ByteString) -> [ByteString] {
    var texts: [ByteString] = []
    var lengths: [Int] = []
    for ends in ["?#", "?", "#", ""] as [ByteString] {
      let length = uri.bytes.prefix { !ends.bytes.contains($0) }.count
      if lengths.contains(length) { continue }
      lengths.append(length)
      let text = text(of: uri.prefix(length))
      let trimmed = Self.withoutSlashAtEnd(text)
      texts.append(trimmed)
      if trimmed.count < text.count { texts.append(trimmed + "/") }
    }
    return texts
  }

  /// Of a URI, or of a piece of one.
  func text(of uri: ByteString) -> ByteString {
    var read = decoded(uri)
    if countsAllSlashes { read = ByteString(read.bytes.map { $0 == Self.backslash ? Self.slash : $0 }) }
    return joinsSlashes ? Self.withoutEmptySegments(read) : read
  }

  /// What two spellings of one exact URI have in common.
  static func key(of uri: ByteString) -> ByteString { withoutSlashAtEnd(broadest.text(of: uri)) }

  static func withoutQuery(_ uri: ByteString) -> ByteString {
    ByteString(uri.bytes.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
  }

  /// Whether all ways of reading a URI lead to the same: each character stands for itself, and no segment is empty.
  static func isPlain(_ path: ByteString) -> Bool {
    let marks: ByteString = "-._~!$&'()*+,;=:@/"
    let isUsual = path.bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: marks.bytes.contains(byte)
      }
    }
    return isUsual && !path.hasSuffix("/") && withoutEmptySegments(path) == path
  }

  /// Escapes decoded, those of slashes to a backslash; a % that begins none stays.
  private func decoded(_ text: ByteString) -> ByteString {
    guard decoding != .none, text.bytes.contains(UInt8(ascii: "%")) else { return text }
    var decoded: [UInt8] = []
    /// Behind what is decoded already.
    var start = 0
    for byte in text.bytes {
      decoded.append(byte)
      while let value = Self.escape(atEndOf: decoded.dropFirst(start)) {
        decoded.removeLast(3)
        decoded.append(value == Self.slash ? Self.backslash : value)
        if decoding == .once { start = decoded.count }
      }
    }
    return ByteString(decoded)
  }

  /// What the last three bytes stand for, where they are an escape (RFC 3986 section 2.1).
  private static func escape(atEndOf text: ArraySlice<UInt8>) -> UInt8? {
    var last = text.suffix(3)
    guard last.count == 3, last.popFirst() == UInt8(ascii: "%") else { return nil }
    return escapedByte(&last)
  }

  private static func withoutEmptySegments(_ text: ByteString) -> ByteString {
    var joined: [UInt8] = []
    for byte in text.bytes {
      if byte == slash, joined.last == slash, !joined.suffix(2).elementsEqual([UInt8(ascii: ":"), slash]) { continue }
      joined.append(byte)
    }
    return ByteString(joined)
  }

  private static func withoutSlashAtEnd(_ text: ByteString) -> ByteString {
    text.dropLast(text.bytes.reversed().prefix { $0 == slash }.count)
  }

  private static let slash = UInt8(ascii: "/")
  private static let backslash = UInt8(ascii: "\\")
}
