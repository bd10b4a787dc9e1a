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
  func accepts(_ signature: UnsafeRawBufferPointer) -> Bool {
    guard signature.count == signatureByteCount else { return false }
    return isInRange(signature.prefix(byteCount)) && isInRange(signature.suffix(byteCount))
  }

  private func isInRange(_ number: Slice<UnsafeRawBufferPointer>) -> Bool {
    number.contains { $0 != 0 } && number.lexicographicallyPrecedes(order)
  }

  /// Lends the DER form (RFC 3279 section 2.2.3) of a signature that `accepts` has accepted. Written here, as it is no more
  /// than two numbers without their leading zeros: OpenSSL's way there takes eight allocations.
  func withDER(
    _ signature: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(AuthError) -> Bool
  ) throws(AuthError) -> Bool {
    var buffer: (Block, Block, Block, Block, Block) = (.zero, .zero, .zero, .zero, .zero)
    return try withUnsafeMutableBytes(of: &buffer) { (buffer) throws(AuthError) -> Bool in
      // From the end, as what comes first says how long the rest is.
      var start = buffer.count
      putInteger(signature.suffix(byteCount), &start, buffer)
      putInteger(signature.prefix(byteCount), &start, buffer)
      putHead(0x30, count: buffer.count &- start, &start, buffer)
      return try body(UnsafeRawBufferPointer(rebasing: buffer[start...]))
    }
  }

  /// P-521 takes 141 bytes.
  private typealias Block = SIMD32<UInt8>

  /// A positive INTEGER: its highest bit is its sign.
  private func putInteger(
    _ number: Slice<UnsafeRawBufferPointer>, _ start: inout Int, _ buffer: UnsafeMutableRawBufferPointer
  ) {
    let digits = number.drop { $0 == 0 }
    let end = start
    guard digits.count <= start else { return }
    start &-= digits.count
    UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end]).copyBytes(from: digits)
    if let first = digits.first, first & 0x80 != 0 { put(0, &start, buffer) }
    putHead(0x02, count: end &- start, &start, buffer)
  }

  /// The count is below 256 for every curve.
  private func putHead(_ tag: UInt8, count: Int, _ start: inout Int, _ buffer: UnsafeMutableRawBufferPointer) {
    put(UInt8(truncatingIfNeeded: count), &start, buffer)
    if count >= 0x80 { put(0x81, &start, buffer) }
    put(tag, &start, buffer)
  }

  private func put(_ byte: UInt8, _ start: inout Int, _ buffer: UnsafeMutableRawBufferPointer) {
    guard start > 0 else { return }
    start &-= 1
    buffer[start] = byte
  }
}
