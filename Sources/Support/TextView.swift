import CSystem

/// Text that something else keeps: valid as long as its owner, which whoever hands out a view names.
///
/// As with `ByteString`, two are equal when every byte is. Where the owner may go first, make a `ByteString` of it.
public struct TextView: TextBytes, @unchecked Sendable {
  public let bytes: UnsafeRawBufferPointer

  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// A NUL-terminated C string.
  public init(cString: UnsafePointer<CChar>) { bytes = UnsafeRawBufferPointer(start: cString, count: strlen(cString)) }

  public var isEmpty: Bool { bytes.isEmpty }
  public var count: Int { bytes.count }

  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  public static func == (left: TextView, right: ByteString) -> Bool {
    right.withUnsafeBytes { bytesEqual(left.bytes, $0) }
  }
}

extension [TextView] {
  /// To keep.
  public var copied: [ByteString] { map { ByteString($0) } }
}

extension ByteString {
  public init(_ text: TextView) { self.init(text.bytes) }
}
