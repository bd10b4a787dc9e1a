import Support
import Testing

@testable import JOSE

@Suite struct AlgorithmSetTests {
  @Test func theDefaultIsEverythingAsymmetric() {
    for algorithm in Algorithm.allCases { #expect(AlgorithmSet.defaultSet.contains(algorithm) == !algorithm.isHMAC) }
    #expect(
      AlgorithmSet.defaultSet.names.string
        == "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA Ed25519 Ed448")
  }

  @Test func namesAreReadExactly() throws {
    #expect(try AlgorithmSet.parse("ES256 RS256") == [AlgorithmSet(.rs256), AlgorithmSet(.es256)])
    #expect(try AlgorithmSet.parse(" EdDSA  EdDSA ").names.string == "EdDSA")
    #expect(try AlgorithmSet.parse(ByteString(AlgorithmSet(rawValue: ~0).names.string)) == [.defaultSet, .hmac])
    for bad: ByteString in ["none", "RS256,ES256", "rs256", "RS256 none", "", "  ", "RS256\tES256"] {
      #expect(result { _ = try AlgorithmSet.parse(bad) } == .invalidArgument)
    }
    #expect(message { _ = try AlgorithmSet.parse("RS256 ES265") }.contains("\"ES265\""))
  }

  @Test func sha256IsSHA256AndRandomIsNotConstant() throws {
    #expect(
      try sha256("abc").map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  // FIPS 180-4
    #expect(try sha256("").count == 32 && randomBytes(16).count == 16 && randomBytes(16) != randomBytes(16))
  }
}
