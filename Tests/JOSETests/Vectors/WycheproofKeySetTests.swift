import Support
import Testing
import VectorData

@testable import JOSE

/// Wycheproof's key sets: each with a token that is valid or invalid for the set.
@Suite(.enabled(if: Vectors.has(orRequires: "wycheproof"), "no third-party test data"))
struct WycheproofKeySetTests {
  @Test func everyKeySetIsJudgedAsTheFileSays() throws {
    var ran = 0
    for group in try Vectors.object("wycheproof/json_web_key_test.json").list("testGroups") {
      let jwks = group["public"] == nil ? group.object("private") : group.object("public")
      let keys = try keySet(jwks.list("keys"))
      for test in group.list("tests") {
        let accepted = accepts(ByteString(test.text("jws")), keys)
        #expect(accepted == (test.text("result") == "valid"), "\(test["tcId"] ?? "") \(test.text("comment"))")
        ran += 1
      }
    }
    #expect(ran == 26)
    Vectors.report("wycheproof json_web_key", ran: ran, exempt: 0)
  }

  /// A set of secrets only is one given by hand, where one bad key refuses the configuration; any other is a published
  /// one, in which `oct` is ignored.
  private func keySet(_ jwks: [[String: Any]]) throws -> KeySet {
    guard jwks.allSatisfy({ $0.text("kty") == "oct" }) else {
      return try KeySet.parse(ByteString(try Vectors.text(["keys": jwks.map(publicHalf)])))
    }
    return KeySet(keys: (try? jwks.map(secret)) ?? [])
  }

  private func secret(_ jwk: [String: Any]) throws -> VerificationKey {
    guard let algorithm = Algorithm(name: ByteString(jwk.text("alg"))) else { throw KeyError("not for signatures") }
    let bytes = try Base64URL.decode(ByteString(jwk.text("k")))
    return try .secret(bytes, algorithm: algorithm, kid: ByteString(jwk.text("kid")))
  }

  private func accepts(_ jws: ByteString, _ keys: KeySet) -> Bool {
    guard let token = try? UnverifiedToken(parsing: jws) else { return false }
    let header = token.header
    guard case .found(let key) = keys.select(kid: header.kid, algorithm: header.algorithm) else { return false }
    return result { _ = try token.verify(with: key) } == nil
  }
}
