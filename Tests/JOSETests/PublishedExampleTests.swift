import Support
import Testing

@testable import JOSE

/// Examples printed in the RFCs, so that the suite means something without any vector file.
@Suite struct PublishedExampleTests {
  @Test func rfc7515_A1_HS256() throws {
    let secret = try Base64URL.decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
    let key = try VerificationKey.secret(secret, algorithm: .hs256, kid: nil)
    let token = try UnverifiedToken(
      parsing: """
        eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlL\
        mNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
        """)
    let verified = try token.claims().verify(with: key)
    #expect(try verified.claims().member("iss")?.string == "joe")
    #expect(verified.header.type == "JWT" && verified.header.algorithm == .hs256)
  }

  @Test func rfc7515_A3_ES256() throws {
    let keys = try KeySet.parse(
      #"""
      {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
      """#)
    let token = try UnverifiedToken(
      parsing: """
        eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn\
        VlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q
        """)
    guard case .found(let key) = keys.select(kid: nil, algorithm: .es256) else {
      Issue.record("no key: \(keys.skippedReasons)")
      return
    }
    #expect(try token.verify(with: key).claims().member("exp")?.integer == 1_300_819_380)
  }

  @Test func rfc8037_A4_Ed25519() throws {
    let keys = try KeySet.parse(
      #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)
    let token = try UnverifiedToken(
      parsing: """
        eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4k\
        i4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
        """)
    let key = try #require(keys.keys.first)
    #expect(try ByteString(token.verify(with: key).payload) == "Example of Ed25519 signing")
  }
}
