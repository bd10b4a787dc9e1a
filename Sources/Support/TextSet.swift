/// Texts of a configuration, to look up in what a request says.
public struct TextSet: Sendable {
  private let few: [ByteString]
  private let many: TextIndex

  /// So few are compared faster than hashed, and without a copy.
  public static let fewTexts = 8

  @inline(never)
  public init(_ texts: [ByteString]) {
    let isFew = texts.count <= Self.fewTexts
    few = isFew ? texts : []
    many = TextIndex(isFew ? [] : texts)
  }

  @inline(never)
  public func contains(_ text: TextView) -> Bool {
    few.isEmpty ? !many.isEmpty && many.contains(ByteString(text)) : few.contains { text == $0 }
  }
}
