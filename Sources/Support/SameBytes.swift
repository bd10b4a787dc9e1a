import CSystem

/// Whether both hold the same bytes. How long it takes tells where they differ: not for secrets that a sender could guess
/// piece by piece.
public func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
  return memcmp(leftStart, rightStart, left.count) == 0
}
