import Support
import Testing
import VectorData

@testable import JOSE

/// Wycheproof's files for the primitives, through the same door as tokens: a JWK and an algorithm of JOSE.
@Suite(.enabled(if: Vectors.has(orRequires: "wycheproof"), "no third-party test data"))
struct WycheproofPrimitiveTests {
  /// Each group has a JWK where JOSE can express its key at all; without one, the PEM is taken.
  private func key(_ group: [String: Any], _ algorithm: Algorithm) throws -> VerificationKey {
    for name in ["publicKeyJwk", "keyJwk"] where group[name] != nil { return try verificationKey(group.object(name)) }
    return try .publicKey(pem: ByteString(group.text("publicKeyPem")), kid: nil)
  }

  private func run(_ file: String, _ algorithm: Algorithm, count: Int) throws {
    var ran = 0
    for group in try Vectors.object("wycheproof/\(file)_test.json").list("testGroups") {
      let key = try key(group, algorithm)
      for test in group.list("tests") {
        let message = test.hex("msg")
        let valid = try message.withUnsafeBytes { try key.isValid(test.hex("sig"), of: $0, algorithm) }
        // "acceptable" is what a lax implementation may take; it is not for this one.
        #expect(valid == (test.text("result") == "valid"), "\(file) \(test["tcId"] ?? ""): \(test.text("comment"))")
        ran += 1
      }
    }
    #expect(ran == count, "\(file)")
    Vectors.report("wycheproof \(file)", ran: ran, exempt: 0)
  }

  @Test func A7_A8_ecdsa() throws {
    try run("ecdsa_secp256r1_sha256_p1363", .es256, count: 262)
    try run("ecdsa_secp384r1_sha384_p1363", .es384, count: 280)
    try run("ecdsa_secp521r1_sha512_p1363", .es512, count: 318)
    try run("ecdsa_secp256k1_sha256_p1363", .es256k, count: 252)
  }

  @Test func eddsa() throws {
    try run("ed25519", .eddsa, count: 151)
    try run("ed448", .ed448, count: 87)
  }

  @Test func A9_A10_rsaPKCS1() throws {
    try run("rsa_signature_2048_sha256", .rs256, count: 259)
    try run("rsa_signature_2048_sha384", .rs384, count: 258)
    try run("rsa_signature_2048_sha512", .rs512, count: 259)
    try run("rsa_signature_3072_sha256", .rs256, count: 259)
    try run("rsa_signature_3072_sha384", .rs384, count: 259)
    try run("rsa_signature_3072_sha512", .rs512, count: 260)
    try run("rsa_signature_4096_sha256", .rs256, count: 258)
    try run("rsa_signature_4096_sha384", .rs384, count: 259)
    try run("rsa_signature_4096_sha512", .rs512, count: 259)
  }

  @Test func rsaPSSAsJOSEMeansIt() throws {
    try run("rsa_pss_2048_sha256_mgf1_32", .ps256, count: 108)
    try run("rsa_pss_2048_sha384_mgf1_48", .ps384, count: 141)
    try run("rsa_pss_3072_sha256_mgf1_32", .ps256, count: 108)
    try run("rsa_pss_4096_sha256_mgf1_32", .ps256, count: 108)
    try run("rsa_pss_4096_sha384_mgf1_48", .ps384, count: 141)
    try run("rsa_pss_4096_sha512_mgf1_64", .ps512, count: 179)
  }

  /// Good signatures of PSS, but with another salt length or another hash in MGF1 than JOSE prescribes. One test of the
  /// first file, "s_len changed to 32", is bad by that file's parameters and by that just what PS256 is.
  @Test func A11_rsaPSSOfOtherShapesIsRefused() throws {
    let files: [(name: String, algorithm: Algorithm)] = [
      ("rsa_pss_2048_sha256_mgf1_0", .ps256), ("rsa_pss_2048_sha256_mgf1sha1_20", .ps256),
      ("rsa_pss_4096_sha512_mgf1_32", .ps512),
    ]
    for file in files {
      var ran = 0
      for group in try Vectors.object("wycheproof/\(file.name)_test.json").list("testGroups") {
        let key = try key(group, file.algorithm)
        for test in group.list("tests") {
          let valid = try test.hex("msg").withUnsafeBytes { try key.isValid(test.hex("sig"), of: $0, file.algorithm) }
          let isJOSE = file.name == "rsa_pss_2048_sha256_mgf1_0" && test.text("comment") == "s_len changed to 32"
          #expect(valid == isJOSE, "\(file.name) \(test["tcId"] ?? "")")
          ran += 1
        }
      }
      Vectors.report("wycheproof \(file.name), refused", ran: ran, exempt: 0)
    }
  }

  /// Every mixture of hash, MGF1 hash and salt length: three of the 150 are JOSE's, under one of its names each.
  @Test func A11_ofAllParametersOnlyTheThreeOfJOSEVerify() throws {
    let shapes: [Algorithm: String] = [
      .ps256: "SHA-256 SHA-256 32", .ps384: "SHA-384 SHA-384 48", .ps512: "SHA-512 SHA-512 64",
    ]
    var ran = 0
    var verified = 0
    for group in try Vectors.object("wycheproof/rsa_pss_misc_test.json").list("testGroups") {
      let shape = "\(group.text("sha")) \(group.text("mgfSha")) \(group["sLen"] as? Int ?? -1)"
      let key = try VerificationKey.publicKey(pem: ByteString(group.text("publicKeyPem")), kid: nil)
      for test in group.list("tests") {
        for algorithm in [Algorithm.ps256, .ps384, .ps512] {
          let valid = try test.hex("msg").withUnsafeBytes { try key.isValid(test.hex("sig"), of: $0, algorithm) }
          #expect(valid == (shape == shapes[algorithm]), "\(shape) as \(algorithm.name.string)")
          verified += valid ? 1 : 0
        }
        ran += 1
      }
    }
    #expect(ran == 150 && verified == 3)
    Vectors.report("wycheproof rsa_pss_misc", ran: ran, exempt: 0)
  }

  /// Keys whose type carries PSS parameters of its own are refused when they are imported, and so are their signatures.
  @Test func A11_keysRestrictedToPSSAreRefused() throws {
    let files = [
      "rsa_pss_2048_sha256_mgf1_0", "rsa_pss_2048_sha256_mgf1_32", "rsa_pss_2048_sha512_mgf1sha256_32",
      "rsa_pss_3072_sha256_mgf1_32", "rsa_pss_4096_sha512_mgf1_32", "rsa_pss_4096_sha512_mgf1_64", "rsa_pss_misc",
    ]
    var ran = 0
    for file in files {
      for group in try Vectors.object("wycheproof/\(file)_params_test.json").list("testGroups") {
        let pem = ByteString(group.text("publicKeyPem"))
        #expect(result { _ = try VerificationKey.publicKey(pem: pem, kid: nil) } == .invalidArgument)
        #expect(message { _ = try VerificationKey.publicKey(pem: pem, kid: nil) }.contains("PSS"))
        ran += group.list("tests").count
      }
    }
    Vectors.report("wycheproof rsa_pss_*_params, refused at import", ran: ran, exempt: 0)
  }

  /// Whole tags verify, truncated ones and secrets shorter than the hash do not.
  @Test func A3_hmac() throws {
    let files: [(name: String, algorithm: Algorithm, bits: Int)] = [
      ("hmac_sha256", .hs256, 256), ("hmac_sha384", .hs384, 384), ("hmac_sha512", .hs512, 512),
    ]
    for file in files {
      var ran = 0
      for group in try Vectors.object("wycheproof/\(file.name)_test.json").list("testGroups") {
        for test in group.list("tests") {
          let expected =
            test.text("result") == "valid" && group["tagSize"] as? Int == file.bits
            && (group["keySize"] as? Int ?? 0) >= file.bits
          let key = try? VerificationKey.secret(test.hex("key"), algorithm: file.algorithm, kid: nil)
          let valid = try test.hex("msg").withUnsafeBytes {
            try key?.isValid(test.hex("tag"), of: $0, file.algorithm) ?? false
          }
          #expect(valid == expected, "\(file.name) \(test["tcId"] ?? "")")
          ran += 1
        }
      }
      #expect(ran == 174)
      Vectors.report("wycheproof \(file.name)", ran: ran, exempt: 0)
    }
  }
}
