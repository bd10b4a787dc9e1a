import Support
import TestTokens
import Testing
import VectorData

@testable import JOSE

/// A7 to A9: signatures that are none.
@Suite struct SignatureAttacks {
  private func input(_ key: TestKey) -> ByteString {
    let header = ByteString("{\"alg\":\"\(key.algorithm.name.string)\",\"kid\":\"1\"}")
    return TestToken.signingInput(header: header, payload: Issuer.payload)
  }

  private func verdict(_ key: TestKey, _ signature: [UInt8]) throws -> Verdict {
    judge(TestToken.join(input(key), signature: signature), try Issuer.keys(key), maxBytes: 1 << 17)
  }

  @Test func A7_zeroIsNoSignature() throws {
    for key in Issuer.all {
      let good = try key.sign(input(key).bytes, as: key.algorithm)
      #expect(try verdict(key, good) == .accepted)
      #expect(try verdict(key, [UInt8](repeating: 0, count: good.count)) == .refused(.signatureInvalid))
      #expect(try verdict(key, [UInt8](repeating: 0xFF, count: good.count)) == .refused(.signatureInvalid))
    }
  }

  /// The orders of the groups (SEC 2): the first numbers that are too large, and congruent to 0.
  @Test func A7_rAndSAreBelowTheOrder() throws {
    let orders: [(TestKey, String)] = [
      (Issuer.p256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
      (
        Issuer.p384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
      ),
      (
        Issuer.p521,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9"
          + "b8899c47aebb6fb71e91386409"
      ),
      (Issuer.secp256k1, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
    ]
    for (key, hex) in orders {
      let order = hexBytes(hex)
      let good = try key.sign(input(key).bytes, as: key.algorithm)
      let half = good.count / 2
      #expect(order.count == half)
      let zero = [UInt8](repeating: 0, count: half)
      for bad in [zero, order] {
        #expect(try verdict(key, bad + good.suffix(half)) == .refused(.signatureInvalid))
        #expect(try verdict(key, good.prefix(half) + bad) == .refused(.signatureInvalid))
      }
      let format = try #require(try ecdsaFormat(key))
      var one = zero
      one[half - 1] = 1
      var largest = order
      largest[half - 1] -= 1
      let accepts = { (signature: [UInt8]) in signature.withUnsafeBytes { format.accepts($0) } }
      #expect(accepts(one + largest) && accepts(largest + one))
      #expect(!accepts(one + order) && !accepts(order + one) && !accepts(zero + one))
    }
  }

  private func ecdsaFormat(_ key: TestKey) throws -> ECDSAFormat? {
    let jwk = key.members
    let curve = try #require(Curve(jwkName: ByteString(jwk["crv"] ?? "")))
    let material = try KeyMaterial.ec(
      curve, x: Base64URL.decode(ByteString(jwk["x"] ?? "")), y: Base64URL.decode(ByteString(jwk["y"] ?? "")))
    guard case .ecdsa(_, let format) = material.method(curve.algorithm) else { return nil }
    return format
  }

  @Test func A8_onlyRAndSSideBySide() throws {
    for key in [Issuer.p256, Issuer.p384, Issuer.p521, Issuer.secp256k1] {
      let good = try key.sign(input(key).bytes, as: key.algorithm)
      let half = good.count / 2
      let der = try key.signDER(input(key).bytes, as: key.algorithm)
      let bad: [[UInt8]] = [
        der, good.dropLast(), Array(good.dropFirst()), good + [0], [0] + good,
        [0] + good.prefix(half) + [0] + good.suffix(half), Array(good.prefix(half)), [1],
        [UInt8](repeating: 1, count: 32 << 10),
      ]
      #expect(try verdict(key, good) == .accepted)
      for signature in bad { #expect(try verdict(key, signature) == .refused(.signatureInvalid)) }
    }
  }

  @Test func A9_anRSASignatureIsAsLongAsTheModulus() throws {
    let good = try Issuer.rsa.sign(input(Issuer.rsa).bytes, as: .rs256)
    let bad: [[UInt8]] = [
      [1, 2, 3], good.dropLast(), Array(good.dropFirst()), good + [0], [0] + good,
      [UInt8](repeating: 1, count: 32 << 10),
    ]
    #expect(try verdict(Issuer.rsa, good) == .accepted)
    for signature in bad { #expect(try verdict(Issuer.rsa, signature) == .refused(.signatureInvalid)) }
  }

  @Test func everyAlteredPartIsNoticed() throws {
    for key in Issuer.all {
      let token = TestToken.join(input(key), signature: try key.sign(input(key).bytes, as: key.algorithm))
      let keys = try Issuer.keys(key)
      var altered = token
      let payloadStart = (token.bytes.firstIndex(of: UInt8(ascii: ".")) ?? 0) + 1
      altered.bytes[payloadStart + 20] = altered.bytes[payloadStart + 20] == 0x41 ? 0x42 : 0x41
      #expect(judge(altered, keys) != .accepted)
      #expect(judge(token, try Issuer.keys(try TestKey(key.kind))) == .refused(.signatureInvalid))
    }
  }
}
