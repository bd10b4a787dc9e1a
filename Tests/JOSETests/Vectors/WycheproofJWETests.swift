import Support
import Testing
import VectorData

@testable import JOSE

/// Wycheproof's JSON web encryption: whatever is in them, none is an access token here (attack A29).
@Suite(.enabled(if: Vectors.has(orRequires: "wycheproof"), "no third-party test data"))
struct WycheproofJWETests {
  @Test func A29_everyEncryptedTokenIsRefused() throws {
    var ran = 0
    for group in try Vectors.object("wycheproof/json_web_encryption_test.json").list("testGroups") {
      for test in group.list("tests") {
        let jwe = ByteString(test.text("jwe"))
        let parts = jwe.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).count
        let expected: ResultCode =
          parts == 5 && jwe.bytes.first != UInt8(ascii: "{") ? .tokenEncrypted : .tokenMalformed
        #expect(result { _ = try UnverifiedToken(parsing: jwe) } == expected, "\(test["tcId"] ?? "")")
        ran += 1
      }
    }
    #expect(ran == 139)
    Vectors.report("wycheproof json_web_encryption", ran: ran, exempt: 0)
  }
}
