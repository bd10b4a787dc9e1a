import CSystem

/// Text as bytes, equal when every byte is: the one rule for all that is text.
public protocol TextBytes: Equatable {
  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result
}

extension TextBytes {
  public static func == (left: Self, right: Self) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { bytesEqual(left, $0) } }
  }
}

/// Whether both hold the same bytes. How long it takes tells where they differ: not for secrets that a sender could guess
/// piece by piece.
public func bytesEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
  return memcmp(leftStart, rightStart, left.count) == 0
}

/// Where the first such byte at or behind `start` is.
public func offset(of byte: UInt8, in text: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
  guard let base = text.baseAddress, start >= 0, start < text.count else { return nil }
  guard let found = memchr(base + start, CInt(byte), text.count &- start) else { return nil }
  return UnsafeRawPointer(found) - base
}
