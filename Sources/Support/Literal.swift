import CSystem

/// A text of the source, such as a claim's name, by where it begins: it ends with 0x00, has none inside and lives for ever.
/// One word, as there are a thousand of them in the code.
public struct Literal: ExpressibleByStringLiteral, @unchecked Sendable {
  private let start: UnsafePointer<UInt8>

  @inline(__always)
  public init(stringLiteral text: StaticString) { start = text.utf8Start }

  public var cString: UnsafePointer<CChar> { UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self) }

  /// `index` is below `count`.
  public subscript(_ index: Int) -> UInt8 { start[index] }

  public var count: Int { strlen(cString) }

  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
}
