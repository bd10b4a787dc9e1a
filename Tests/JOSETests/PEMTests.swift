import Foundation
import Support
import TestTokens
import Testing

@testable import JOSE

@Suite struct PEMTests {
  private func token(_ key: TestKey) throws -> UnverifiedToken {
    let header = ByteString("{\"alg\":\"\(key.algorithm.name.string)\"}")
    return try UnverifiedToken(parsing: TestToken.signed(header: header, payload: Issuer.payload, by: key))
  }

  private func refusal(_ pem: ByteString, kid: ByteString? = nil) -> String {
    #expect(result { _ = try VerificationKey.publicKey(pem: pem, kid: kid) } == .invalidArgument)
    return message { _ = try VerificationKey.publicKey(pem: pem, kid: kid) }
  }

  @Test func publicKeysAndCertificatesOfEveryTypeVerify() throws {
    for key in Issuer.all {
      for pem in [key.pem, try key.certificatePEM(), ByteString("Some text in front\n") + key.pem] {
        let imported = try VerificationKey.publicKey(pem: pem, kid: "k")
        #expect(imported.kid == "k")
        #expect(try ByteString(token(key).verify(with: imported).payload) == Issuer.payload)
      }
      // The JWK and the PEM of one key are the same key to this library.
      let jwk = try KeySet.parse(key.jwks()).keys[0]
      #expect(try VerificationKey.publicKey(pem: key.pem, kid: nil).permitted == jwk.permitted)
    }
  }

  @Test func aPrivateKeyIsRefused() {
    for key in Issuer.all { #expect(refusal(key.privatePEM).contains("private key")) }
  }

  @Test func theChecksOfAJWKApply() throws {
    #expect(refusal(try TestKey(.rsa(bits: 1024)).pem).contains("1024 bits"))
    #expect(refusal(Issuer.rsa.pem, kid: ByteString(String(repeating: "k", count: 257))).contains("257 bytes"))
  }

  @Test func whatIsNoPublicKeyIsExplained() throws {
    #expect(refusal("").contains("empty") && refusal("hello").contains("no PEM block"))
    #expect(refusal(Issuer.rsa.pem + Issuer.p256.pem).contains("more than one"))
    #expect(refusal(block("RSA PUBLIC KEY", "AAAA")).contains("PKCS#1"))
    #expect(refusal(block("CERTIFICATE REQUEST", "AAAA")).contains("\"CERTIFICATE REQUEST\""))
    #expect(refusal(block("PUBLIC KEY", "AAAA")).contains("damaged"))
    #expect(refusal(block("CERTIFICATE", "AAAA")).contains("damaged"))
    #expect(refusal(ByteString(String(repeating: "x", count: 70_000))).contains("at most 65536"))
    let trailing = Data(Issuer.p256.der.bytes + [0, 0, 0]).base64EncodedString()
    #expect(refusal(block("PUBLIC KEY", trailing)).contains("damaged"))
    #expect(refusal(block("PUBLIC KEY", x25519)).contains("neither RSA"))
    #expect(refusal(block("PUBLIC KEY", p224)).contains("its curve is none of"))
  }

  /// Public keys of types that sign nothing in JOSE.
  private let x25519 = "MCowBQYDK2VuAyEAR2TPIhH727k95obZF3abHt8OZrfHJ6D2u9B95dvgfHQ="
  private let p224 = """
    ME4wEAYHKoZIzj0CAQYFK4EEACEDOgAEJ8RaG3jWHkZpBh27jhrlLotUhv6W/jVA
    pjIHnE6tTSDIy3YBxvXpzFgZvgjusPGST1YZywffSlY=
    """

  private func block(_ label: String, _ content: String) -> ByteString {
    ByteString("-----BEGIN \(label)-----\n\(content)\n-----END \(label)-----\n")
  }
}
