extension ByteString {
  /// The number that these digits spell, 2^53 for larger ones; nil unless all are digits and there is one.
  public var decimal: Int64? {
    var number: Int64 = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      number = min(number &* 10 &+ Int64(byte &- 0x30), 1 << 53)
    }
    return isEmpty ? nil : number
  }
}
