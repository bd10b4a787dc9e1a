import COpenSSL
import Support

extension KeyMaterial {
  static let minModulusBits = 2048
  /// What a verification costs, of a forged token too, grows with both: 8192 bits take some ten times as long as 2048.
  static let maxModulusBits = 8192
  private static let maxExponentBytes = 4

  /// An RSA public key from its modulus and exponent, big-endian (RFC 7518 section 6.3.1). All is checked on the bytes,
  /// before any arithmetic is spent on them (attack A13). Leading zero bytes, which RFC 7518 forbids and some providers
  /// send, change nothing and are dropped.
  static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(KeyError) -> KeyMaterial {
    let modulus = modulus.drop { $0 == 0 }
    let exponent = exponent.drop { $0 == 0 }
    let bits = modulus.count &* 8 &- (modulus.first?.leadingZeroBitCount ?? 0)
    guard bits >= minModulusBits else {
      throw KeyError(
        "its RSA modulus has \(bits) bits; fewer than \(minModulusBits) can be forged (RFC 7518 section 3.3)")
    }
    guard bits <= maxModulusBits else {
      throw KeyError("its RSA modulus has \(bits) bits; at most \(maxModulusBits) are accepted")
    }
    guard let lowest = modulus.last, lowest & 1 == 1 else { throw KeyError("its RSA modulus is even") }
    try check(exponent: exponent)
    if WeakRSAKey.isMarked(modulus) {
      throw KeyError(
        "its RSA modulus was made by a faulty library and can be factored (CVE-2017-15361); replace the key")
    }
    return .rsa(try make(modulus, exponent))
  }

  private static func check(exponent: ArraySlice<UInt8>) throws(KeyError) {
    guard exponent.count <= maxExponentBytes else {
      throw KeyError("its RSA exponent has \(exponent.count) bytes; at most \(maxExponentBytes) are accepted")
    }
    guard let lowest = exponent.last, lowest & 1 == 1, exponent.count > 1 || lowest >= 3 else {
      throw KeyError("its RSA exponent is not an odd number of 3 or more")
    }
  }

  private static func make(_ modulus: ArraySlice<UInt8>, _ exponent: ArraySlice<UInt8>) throws(KeyError) -> PublicKey {
    try keepingErrorQueue { (queue) throws(KeyError) -> PublicKey in
      let n = bigNumber(modulus)
      defer { BN_free(n) }
      let e = bigNumber(exponent)
      defer { BN_free(e) }
      guard let n, let e else { throw KeyError.opensslOutOfMemory }
      let key = PublicKey.make("RSA") { builder in
        OSSL_PARAM_BLD_push_BN(builder, KeyParameter.modulus.cString, n) == 1
          && OSSL_PARAM_BLD_push_BN(builder, KeyParameter.exponent.cString, e) == 1
      }
      if let key { return key }
      throw queue.ranOutOfMemory() ? KeyError.opensslOutOfMemory : KeyError("OpenSSL does not take it as an RSA key")
    }
  }
}
