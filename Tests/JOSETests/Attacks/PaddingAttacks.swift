import Support
import TestTokens
import Testing

@testable import JOSE

/// A10 and A11: RSA blocks with something wrong in them, signed with the right key, so that only the padding is judged.
@Suite struct PaddingAttacks {
  private let message: [UInt8] = Array("a message".utf8)
  /// DigestInfo of SHA-256 (RFC 8017 section 9.2, note 1).
  private let prefix: [UInt8] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
  ]

  private func isValid(_ signature: [UInt8], _ algorithm: Algorithm) throws -> Bool {
    let key = try Issuer.keys().keys[0]
    return try message.withUnsafeBytes { try key.isValid(signature, of: $0, algorithm) }
  }

  private func block(_ start: [UInt8], padding: UInt8 = 0xFF, count: Int? = nil, _ end: [UInt8]) -> [UInt8] {
    start + [UInt8](repeating: padding, count: count ?? 256 - start.count - end.count) + end
  }

  @Test func A10_onlyTheExactPKCS1BlockVerifies() throws {
    let hash = try sha256(ByteString(message))
    let info = prefix + hash
    let withoutNull: [UInt8] = [0x30, 0x2F, 0x30, 0x0B] + prefix[4..<15] + [0x04, 0x20] + hash
    let garbage = [UInt8](repeating: 0x5A, count: 256 - 2 - 8 - 1 - info.count)
    let good = block([0, 1], [0] + info)
    #expect(try isValid(Issuer.rsa.signRaw(good), .rs256))
    #expect(good.count == 256 && withoutNull.count == info.count - 2)
    let bad: [[UInt8]] = [
      block([0, 2], [0] + info), block([0, 0], [0] + info), block([0, 1], padding: 0xFE, [0] + info),
      block([0, 1], [1] + info), block([0, 1], [0] + withoutNull), block([0, 1], [0] + hash),
      block([0, 1], count: 8, [0] + info + garbage), block([0, 1], count: 8, garbage + [0] + info),
      block([0, 1], [0] + prefix.dropLast() + [0x21] + hash + [0]),
      block([0, 1], [0] + info.dropLast() + [hash[31] ^ 1]),
    ]
    for block in bad {
      #expect(block.count == 256)
      #expect(try !isValid(Issuer.rsa.signRaw(block), .rs256))
    }
  }

  @Test func A11_theSaltIsAsLongAsTheHash() throws {
    for salt in [0, 1, 20, 31, 33, 48, 64, 222] {
      #expect(try !isValid(Issuer.rsa.signPSS(message, saltByteCount: salt), .ps256), "\(salt)")
    }
    #expect(try isValid(Issuer.rsa.signPSS(message, saltByteCount: 32), .ps256))
  }

  @Test func A11_theMaskIsMadeWithTheSameHash() throws {
    #expect(try isValid(Issuer.rsa.signPSS(message, saltByteCount: 32, maskHash: "SHA256"), .ps256))
    for hash in ["SHA1", "SHA384", "SHA512"] {
      #expect(try !isValid(Issuer.rsa.signPSS(message, saltByteCount: 32, maskHash: hash), .ps256), "\(hash)")
    }
  }
}
