import Support
import Testing
import VectorData

@testable import JOSE

/// RFC 7520 and its companions: the examples of the JOSE cookbook.
@Suite(.enabled(if: Vectors.has(orRequires: "cookbook"), "no third-party test data"))
struct CookbookTests {
  @Test func compactSignaturesVerify() throws {
    let names = [
      "jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature",
      "jws/4_4.hmac-sha2_integrity_protection", "curve25519/jws",
    ]
    for name in names {
      let example = try Vectors.object("cookbook/\(name).json")
      let compact = ByteString(example.object("output").text("compact"))
      let token = try UnverifiedToken(parsing: compact)
      // Some of the keys name no algorithm, the secrets by their own `alg`.
      let key = try verificationKey(example.object("input").object("key"))
      let verified = try token.verify(with: key)
      #expect(ByteString(verified.payload) == ByteString(example.object("input").text("payload")), "\(name)")

      var altered = compact
      altered.bytes[altered.count - 5] ^= 1
      #expect(result { _ = try UnverifiedToken(parsing: altered).verify(with: key) } == .signatureInvalid)
    }
    Vectors.report("cookbook, compact", ran: names.count, exempt: 0)
  }

  @Test func A29_jsonSerializationsAreRefused() throws {
    let names = [
      "4_5.signature_with_detached_content", "4_6.protecting_specific_header_fields", "4_7.protecting_content_only",
      "4_8.multiple_signatures",
    ]
    var ran = 0
    for name in names {
      let output = try Vectors.object("cookbook/jws/\(name).json").object("output")
      for form in ["json", "json_flat"] {
        guard let serialization = output[form] else { continue }
        let text = ByteString(try Vectors.text(serialization))
        #expect(result { _ = try UnverifiedToken(parsing: text) } == .tokenMalformed)
        #expect(message { _ = try UnverifiedToken(parsing: text) }.contains("JSON serialization"))
        ran += 1
      }
    }
    Vectors.report("cookbook, JSON serialization refused", ran: ran, exempt: 0)
  }

  @Test func A15_detachedAndUnencodedPayloadsAreRefused() throws {
    let detached = try Vectors.object("cookbook/jws/4_5.signature_with_detached_content.json")
    let token = try UnverifiedToken(parsing: ByteString(detached.object("output").text("compact")))
    let key = try verificationKey(detached.object("input").object("key"))
    #expect(result { _ = try token.verify(with: key) } == .signatureInvalid)
    #expect(message { _ = try token.claims() }.contains("detached"))

    let unencoded = try Vectors.object("cookbook/rfc7797/hmac-sha2_b64_false.json")
    let text = ByteString(unencoded.object("output").text("compact"))
    #expect(result { _ = try UnverifiedToken(parsing: text) } == .tokenMalformed)
    Vectors.report("cookbook, detached and unencoded refused", ran: 2, exempt: 0)
  }
}
