import COpenSSL
import Support

/// The two forms of an ECDSA signature: JOSE's, r and s side by side (RFC 7518 section 3.4), and OpenSSL's, DER.
struct ECDSAFormat: Sendable {
  private let byteCount: Int
  /// The order of the curve's group, big-endian, as long as r.
  private let order: [UInt8]

  /// nil when OpenSSL does not tell the order.
  init?(_ key: PublicKey, _ curve: Curve) {
    order = key.number(KeyParameter.order, width: curve.byteCount)
    byteCount = curve.byteCount
    if order.count != byteCount { return nil }
  }

  var signatureByteCount: Int { byteCount &* 2 }

  /// Exactly as long as it must be (attack A8), and 0 < r, s < order (attack A7).
  func accepts(_ signature: [UInt8]) -> Bool {
    guard signature.count == signatureByteCount else { return false }
    return isInRange(signature.prefix(byteCount)) && isInRange(signature.suffix(byteCount))
  }

  private func isInRange(_ number: ArraySlice<UInt8>) -> Bool {
    number.contains { $0 != 0 } && number.lexicographicallyPrecedes(order)
  }

  /// Lends the DER form of a signature that `accepts` has accepted.
  func withDER(
    _ signature: [UInt8], _ body: (UnsafeRawBufferPointer) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    guard let pair = ECDSA_SIG_new() else { throw Failure.opensslOutOfMemory }
    defer { ECDSA_SIG_free(pair) }
    let r = bigNumber(signature.prefix(byteCount))
    let s = bigNumber(signature.suffix(byteCount))
    guard r != nil, s != nil, ECDSA_SIG_set0(pair, r, s) == 1 else {  // pair owns both from here on
      BN_free(r)
      BN_free(s)
      throw Failure.opensslOutOfMemory
    }
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = i2d_ECDSA_SIG(pair, &encoded)
    guard count > 0, let encoded else { throw Failure.opensslOutOfMemory }
    defer { CRYPTO_free(encoded, "", 0) }
    return try body(UnsafeRawBufferPointer(start: encoded, count: Int(count)))
  }
}
