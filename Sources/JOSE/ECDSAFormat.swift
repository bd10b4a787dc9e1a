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

  /// The DER form (RFC 3279 section 2.2.3) of a signature that `accepts` has accepted. Written here, as it is no more than
  /// two numbers without their leading zeros: OpenSSL's way there takes eight allocations.
  func der(_ signature: [UInt8]) -> [UInt8] {
    let numbers = integer(signature.prefix(byteCount)) + integer(signature.suffix(byteCount))
    return [0x30] + length(numbers.count) + numbers
  }

  /// A positive INTEGER: its highest bit is its sign.
  private func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
    let digits = number.drop { $0 == 0 }
    let sign: [UInt8] = (digits.first ?? 0) & 0x80 != 0 ? [0] : []
    return [0x02] + length(sign.count &+ digits.count) + sign + digits
  }

  /// Below 256, which those of all curves are.
  private func length(_ count: Int) -> [UInt8] {
    let byte = UInt8(truncatingIfNeeded: count)
    return count < 0x80 ? [byte] : [0x81, byte]
  }
}
