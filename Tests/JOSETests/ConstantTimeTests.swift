import Testing

@testable import JOSE

@Suite struct ConstantTimeTests {
  /// That it takes the same time is OpenSSL's promise (CRYPTO_memcmp); that it compares all of it is tested here.
  @Test func A38_everyByteIsCompared() {
    for count in [0, 1, 2, 31, 32, 33, 64] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      #expect(constantTimeEqual(bytes, bytes))
      for place in 0..<count {
        for bit in 0..<8 {
          var other = bytes
          other[place] ^= 1 << bit
          #expect(!constantTimeEqual(bytes, other))
        }
      }
      #expect(!constantTimeEqual(bytes, bytes + [0]) && !constantTimeEqual(bytes + [0], bytes))
    }
  }

  @Test func A38_aMACIsComparedWhole() throws {
    let secret = [UInt8](repeating: 3, count: 32).withUnsafeBytes { SharedSecret($0) }
    let message = Array("message".utf8)
    let mac = try mac(secret, message)
    func verifies(_ signature: [UInt8]) throws -> Bool {
      try message.withUnsafeBytes { message in
        try signature.withUnsafeBytes { try secret.verify($0, of: message, .sha256) }
      }
    }
    #expect(try verifies(mac))
    for place in mac.indices {
      var other = mac
      other[place] ^= 0x80
      #expect(try !verifies(other))
    }
    for count in 0..<32 { #expect(try !verifies(Array(mac.prefix(count)))) }
    #expect(try !verifies(mac + [0]))
  }

  /// RFC 2104 over `sha256`: not by the code under test.
  private func mac(_ secret: SharedSecret, _ message: [UInt8]) throws -> [UInt8] {
    let padded = [UInt8](repeating: 3, count: 32) + [UInt8](repeating: 0, count: 32)
    let inner = try sha256(.init(padded.map { $0 ^ 0x36 } + message))
    return try sha256(.init(padded.map { $0 ^ 0x5C } + inner))
  }
}

private func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.withUnsafeBytes { left in right.withUnsafeBytes { JOSE.constantTimeEqual(left, $0) } }
}
