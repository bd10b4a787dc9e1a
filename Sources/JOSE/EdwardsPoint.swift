/// The encoded points that no EdDSA key has: OpenSSL looks at the point only when it verifies, and takes one of small
/// order then. Under such a key, and one of zero bytes only is one, anybody can sign.
enum EdwardsPoint {
  enum Fault { case outOfRange, smallOrder }

  /// `encoded` is y, little-endian, with the sign of x in the highest bit (RFC 8032 sections 5.1.2 and 5.2.2). Both
  /// points of a y are of the same order.
  static func fault(_ encoded: [UInt8], _ curve: EdwardsCurve) -> Fault? {
    var y = Array(encoded.reversed())
    if let highest = y.first { y[0] = highest & 0x7F }
    let prime = prime(curve)
    guard y.lexicographicallyPrecedes(prime) else { return .outOfRange }
    return isOfSmallOrder(y, curve) ? .smallOrder : nil
  }

  /// Of the field, big-endian and as long as a point: 2^255 - 19, and 2^448 - 2^224 - 1.
  /// Less `offset`, which is at most 0xED.
  private static func prime(_ curve: EdwardsCurve, less offset: UInt8 = 0) -> [UInt8] {
    switch curve {
    case .ed25519: [0x7F] + [UInt8](repeating: 0xFF, count: 30) + [0xED &- offset]
    case .ed448:
      [0x00] + [UInt8](repeating: 0xFF, count: 27) + [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0xFF &- offset]
    }
  }

  /// Whether this is the y of a point whose order divides the cofactor, 8 or 4: 1, -1 and 0 are of order 1, 2 and 4.
  private static func isOfSmallOrder(_ y: [UInt8], _ curve: EdwardsCurve) -> Bool {
    let isZeroOrOne = y.last.map { $0 <= 1 } ?? false && !y.dropLast().contains { $0 != 0 }
    return isZeroOrOne || y == prime(curve, less: 1) || curve == .ed25519 && orderEight.contains(y)
  }

  /// The roots of 121665 y^4 - 243332 y^2 + 121666: twice such a point has y = 0.
  private static var orderEight: [[UInt8]] {
    [
      [
        0x05, 0xFC, 0x53, 0x6D, 0x88, 0x02, 0x38, 0xB1, 0x39, 0x33, 0xC6, 0xD3, 0x05, 0xAC, 0xDF, 0xD5,
        0xF0, 0x98, 0xEF, 0xF2, 0x89, 0xF4, 0xC3, 0x45, 0xB0, 0x27, 0xB2, 0xC2, 0x8F, 0x95, 0xE8, 0x26,
      ],
      [
        0x7A, 0x03, 0xAC, 0x92, 0x77, 0xFD, 0xC7, 0x4E, 0xC6, 0xCC, 0x39, 0x2C, 0xFA, 0x53, 0x20, 0x2A,
        0x0F, 0x67, 0x10, 0x0D, 0x76, 0x0B, 0x3C, 0xBA, 0x4F, 0xD8, 0x4D, 0x3D, 0x70, 0x6A, 0x17, 0xC7,
      ],
    ]
  }
}
