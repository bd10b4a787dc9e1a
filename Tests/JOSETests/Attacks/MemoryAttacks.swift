import Foundation
import JSON
import Support
import TestTokens
import Testing

@testable import JOSE

/// A32 and A43: no input is read past its end, and none ends the process.
@Suite struct MemoryAttacks {
  /// Lends `bytes` so that the page behind the last one cannot be read: one byte too far ends the test run.
  private func atPageEnd<Result>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let count = (bytes.count + page - 1) / page * page
    let start = try #require(
      mmap(nil, count + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    try #require(start != MAP_FAILED && mprotect(start + count, page, PROT_NONE) == 0)
    defer { munmap(start, count + page) }
    let place = UnsafeMutableRawBufferPointer(start: start + count - bytes.count, count: bytes.count)
    place.copyBytes(from: bytes)
    return try body(UnsafeRawBufferPointer(place))
  }

  @Test func A32_tokensAreNotReadPastTheirEnd() throws {
    let keys = try Issuer.keys()
    let token = try Issuer.token(header: Issuer.goodHeader)
    try atPageEnd(token.bytes) { bytes in
      let verified = try UnverifiedToken(parsing: bytes).claims().verify(with: keys.keys[0])
      #expect(ByteString(verified.text.bytes) == token)
    }
    for count in 0..<token.count {
      try atPageEnd(Array(token.bytes.prefix(count))) { bytes in
        #expect(result { _ = try UnverifiedToken(parsing: bytes).claims().verify(with: keys.keys[0]) } != nil)
      }
    }
    for end in ["a.", "a..", "..", "eyJ", "Bearer", "bearer ", "{"] {
      try atPageEnd(Array(end.utf8)) { bytes in
        #expect(result { _ = try UnverifiedToken(parsing: bytes) } == .tokenMalformed)
      }
    }
  }

  @Test func A32_keySetsAndPEMAreNotReadPastTheirEnd() throws {
    let set = Issuer.p256.jwks(["kid": "1"])
    for count in [set.count, set.count - 1, 1] {
      try atPageEnd(Array(set.bytes.prefix(count))) { bytes in
        #expect((try? KeySet.parse(bytes))?.keys.count == (count == set.count ? 1 : nil))
      }
    }
    let pem = Issuer.p256.pem
    for count in [pem.count, pem.count - 1, pem.count - 2, 10] {
      try atPageEnd(Array(pem.bytes.prefix(count))) { bytes in
        let expected: ResultCode? = count >= pem.count - 1 ? nil : .invalidArgument
        #expect(result { _ = try VerificationKey.publicKey(pem: bytes, kid: nil) } == expected)
      }
    }
  }

  @Test func A32_algorithmNamesAreNotReadPastTheirEnd() throws {
    for name in ["RS256", "RS25", "ES256", "ES256K", ""] {
      try atPageEnd(Array(name.utf8)) { bytes in #expect((Algorithm(name: bytes) != nil) == (name.count >= 5)) }
    }
  }

  /// Thousands of tokens and key sets with something wrong at a random place, from a fixed seed: all are refused, and
  /// the process is still there.
  @Test func A43_alteredInputIsRefusedAndNothingTraps() throws {
    var random = SeededGenerator(state: 0x6D63_7061_7574_6831)
    for key in [Issuer.rsa, Issuer.p256, Issuer.ed25519] {
      let keys = try Issuer.keys(key)
      let header = ByteString("{\"alg\":\"\(key.algorithm.name.string)\",\"kid\":\"1\"}")
      let good = try TestToken.signed(header: header, payload: Issuer.payload, by: key)
      #expect(judge(good, keys) == .accepted)
      for _ in 0..<700 {
        let altered = alter(good.bytes, &random)
        if altered == good.bytes { continue }
        #expect(judge(ByteString(altered), keys) != .accepted)
        let raw = try TestToken.signed(header: ByteString(alter(header.bytes, &random)), payload: header, by: key)
        _ = judge(raw, keys)
        _ = try? KeySet.parse(ByteString(alter(key.jwks().bytes, &random)))
        _ = try? VerificationKey.publicKey(pem: ByteString(alter(key.pem.bytes, &random)), kid: nil)
      }
    }
  }

  /// Changes, removes, doubles or inserts one to three bytes.
  private func alter(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var altered = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) where !altered.isEmpty {
      let place = Int.random(in: 0..<altered.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: altered[place] = UInt8.random(in: 0...255, using: &random)
      case 1: altered[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: altered.remove(at: place)
      case 3: altered.insert(UInt8.random(in: 0...255, using: &random), at: place)
      default: altered.insert(contentsOf: altered.suffix(from: place).prefix(40), at: place)
      }
    }
    return altered
  }
}

/// SplitMix64: the same sequence in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
