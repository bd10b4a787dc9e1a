import COpenSSL
import Support

/// Compares two secrets of the same length without telling, by the time it takes, where they differ (attack A38). Of
/// different lengths they are unequal, and that does show.
public func constantTimeEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
  return CRYPTO_memcmp(leftStart, rightStart, left.count) == 0
}
