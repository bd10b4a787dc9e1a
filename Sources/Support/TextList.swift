/// Some texts, of which there is mostly one: that one needs no memory of its own.
public struct TextList: Sendable {
  private let only: TextView?
  private let several: [TextView]

  public init(_ text: TextView) {
    only = text
    several = []
  }

  public init(_ texts: [TextView]) {
    only = nil
    several = texts
  }

  public var count: Int { only == nil ? several.count : 1 }

  /// nil beyond the last.
  public subscript(_ index: Int) -> TextView? {
    if let only { return index == 0 ? only : nil }
    return several.indices.contains(index) ? several[index] : nil
  }

  public func contains(where isWanted: (TextView) -> Bool) -> Bool {
    if let only { return isWanted(only) }
    return several.contains(where: isWanted)
  }

  /// To keep.
  public var copied: [ByteString] { only.map { [ByteString($0)] } ?? several.copied }
}
