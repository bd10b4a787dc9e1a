import COpenSSL
import Support

/// A BIGNUM of big-endian bytes, to be freed by the caller; nil without memory.
func bigNumber(_ bytes: ArraySlice<UInt8>) -> OpaquePointer? {
  bytes.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, CInt($0.count), nil) }
}

extension PublicKey {
  /// A number of the key, big-endian, padded to `width` bytes; empty when the key has none of this name, or no memory.
  func number(_ name: StaticString, width: Int = 0) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(handle, name.cString, &number) == 1 else { return [] }
    defer { BN_free(number) }
    let count = max(width, Int(BN_num_bits(number) &+ 7) / 8)
    var bytes = [UInt8](repeating: 0, count: count)
    return BN_bn2binpad(number, &bytes, CInt(count)) == CInt(count) ? bytes : []
  }
}
