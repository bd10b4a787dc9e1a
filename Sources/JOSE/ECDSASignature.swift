import COpenSSL
import Support

extension PublicKey {
  /// ECDSA over r and s side by side, each as long as the curve's order and between 0 and it (RFC 7518 section 3.4;
  /// attacks A7 and A8). OpenSSL wants them as DER.
  func verifyECDSA(
    _ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ hash: HashFunction, _ curve: Curve
  ) throws(Failure) -> Bool {
    guard signature.count == curve.byteCount &* 2 else { return false }
    guard let pair = ECDSA_SIG_new() else { throw Failure(.noMemory, "OpenSSL could not get memory") }
    defer { ECDSA_SIG_free(pair) }
    guard try fill(pair, signature, curve) else { return false }
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = i2d_ECDSA_SIG(pair, &encoded)
    guard count > 0, let encoded else { throw Failure(.noMemory, "OpenSSL could not get memory") }
    defer { CRYPTO_free(encoded, "", 0) }
    return try digestVerify(UnsafeBufferPointer(start: encoded, count: Int(count)), message, hash)
  }

  /// Puts r and s into `pair`, which owns them then; false when one of them is out of range.
  private func fill(_ pair: OpaquePointer, _ signature: [UInt8], _ curve: Curve) throws(Failure) -> Bool {
    var order: OpaquePointer?
    guard EVP_PKEY_get_bn_param(handle, KeyParameter.order.cString, &order) == 1 else {
      throw Failure(.internal, "OpenSSL does not tell the order of the curve \(curve.name)")
    }
    defer { BN_free(order) }
    let r = number(signature.prefix(curve.byteCount))
    let s = number(signature.suffix(curve.byteCount))
    let inRange =
      r != nil && s != nil && BN_is_zero(r) == 0 && BN_is_zero(s) == 0
      && BN_cmp(r, order) < 0 && BN_cmp(s, order) < 0
    if inRange, ECDSA_SIG_set0(pair, r, s) == 1 { return true }
    BN_free(r)
    BN_free(s)
    return false
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> OpaquePointer? {
    bytes.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, CInt($0.count), nil) }
  }
}
