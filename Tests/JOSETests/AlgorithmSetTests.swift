import Support
import Testing
import VectorData

@testable import JOSE

private let table = RuleTable("algorithms")

@Suite struct AlgorithmSetTests {
  @Test func theDefaultIsEverythingAsymmetric() {
    for algorithm in Algorithm.allCases { #expect(AlgorithmSet.defaultSet.contains(algorithm) == !algorithm.isHMAC) }
    #expect(AlgorithmSet.defaultSet.names.string == table.texts("asymmetric").joined(separator: " "))
    #expect(AlgorithmSet.hmac.names.string == table.texts("hmac").joined(separator: " "))
  }

  @Test func namesAreReadExactly() throws {
    #expect(try AlgorithmSet.parse("ES256 RS256") == [AlgorithmSet(.rs256), AlgorithmSet(.es256)])
    #expect(try AlgorithmSet.parse(" EdDSA  EdDSA ").names.string == "EdDSA")
    #expect(try AlgorithmSet.parse(ByteString(AlgorithmSet(rawValue: ~0).names.string)) == [.defaultSet, .hmac])
    for row in table.rows("lists") {
      let found = result { _ = try AlgorithmSet.parse(ByteString(row.text("text"))) }
      #expect(found == (row.text("result") == "OK" ? nil : .invalidArgument), "\(row)")
    }
    for name in table.texts("strangers") {
      // Swift's String takes the Kelvin sign for a K.
      let names = Algorithm.allCases.map { Array(AlgorithmSet($0).names.string.utf8) }
      #expect(!names.contains(Array(name.utf8)), "\(name)")
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
