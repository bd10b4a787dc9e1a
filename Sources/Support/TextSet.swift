/// Texts of a configuration, to look up in what a request says.
public struct TextSet: Sendable {
  private let small: [ByteString]
  private let large: TextIndex

  /// So small are compared faster than hashed, and without a copy.
  public static let smallCount = 8

  @inline(never)
  public init(_ texts: [ByteString]) {
    let isSmall = texts.count <= Self.smallCount
    small = isSmall ? texts : []
    large = TextIndex(isSmall ? [] : texts)
  }

  @inline(never)
  public func contains(_ text: TextView) -> Bool {
    small.isEmpty ? large.contains(text) : small.contains { text == $0 }
  }
}
