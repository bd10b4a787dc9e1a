import Support
import Testing
import VectorData

@testable import JOSE

/// Wycheproof's JSON web signatures: each is valid or invalid under the one key of its group.
@Suite(.enabled(if: Vectors.has(orRequires: "wycheproof"), "no third-party test data"))
struct WycheproofJWSTests {
  /// Known faults of the file, with what this library does instead of what the file says.
  static let faults: [Int: (accepted: Bool, reason: String)] = [
    346: (false, "the JWK says PS256, the token PS384; marked valid"),
    350: (false, "the JWK says PS256, the token PS384; marked valid"),
    347: (false, "the JWK says \"ES521\", the token ES512; marked valid"),
    351: (false, "the JWK says \"ES521\", the token ES512; marked valid"),
    367: (true, "byte-identical to the valid test 357; marked invalid"),
    370: (true, "byte-identical to the valid test 357; marked invalid"),
    372: (false, "\"?\" inside base64url; marked valid"),
    373: (false, "\"?\" inside base64url; marked valid"),
  ]

  @Test func everySignatureIsJudgedAsTheFileSays() throws {
    var ran = 0
    var exempt = 0
    for group in try Vectors.object("wycheproof/json_web_signature_test.json").list("testGroups") {
      let jwk = group["public"] == nil ? group.object("private") : group.object("public")
      let key = try? verificationKey(jwk)
      for test in group.list("tests") {
        let number = test["tcId"] as? Int ?? 0
        let accepted = accepts(ByteString(test.text("jws")), key)
        if let fault = WycheproofJWSTests.faults[number] {
          #expect(accepted == fault.accepted, "\(number): \(fault.reason)")
          exempt += 1
        } else {
          #expect(accepted == (test.text("result") == "valid"), "\(number) \(test.text("comment"))")
          ran += 1
        }
      }
    }
    #expect(ran + exempt == 401)
    Vectors.report("wycheproof json_web_signature", ran: ran, exempt: exempt)
  }

  private func accepts(_ jws: ByteString, _ key: VerificationKey?) -> Bool {
    guard let key else { return false }
    return result { _ = try UnverifiedToken(parsing: jws).verify(with: key) } == nil
  }
}
