import COpenSSL
import Support

extension KeyMaterial {
  /// An ECDSA public key from the coordinates of its point, each exactly as long as the curve's field (RFC 7518 section
  /// 6.2.1.2). OpenSSL proves the point to be on the curve and of its order (attack A12).
  static func ec(_ curve: Curve, x: [UInt8], y: [UInt8]) throws(KeyError) -> KeyMaterial {
    guard x.count == curve.byteCount, y.count == curve.byteCount else {
      throw KeyError(
        "its coordinates have \(x.count) and \(y.count) bytes; on \(curve.name) both have \(curve.byteCount) "
          + "(RFC 7518 section 6.2.1.2)")
    }
    let uncompressed: UInt8 = 4  // SEC 1 section 2.3.3
    let point = [uncompressed] + x + y
    return try keepingErrorQueue { (queue) throws(KeyError) -> KeyMaterial in
      guard let group = EC_GROUP_new_by_curve_name(curve.nid) else {
        if queue.ranOutOfMemory() { throw KeyError.opensslOutOfMemory }
        throw KeyError("OpenSSL at run time does not offer the curve \(curve.name)")
      }
      EC_GROUP_free(group)
      guard let key = make(curve, point), isPublicKeyValid(key) else {
        if queue.ranOutOfMemory() { throw KeyError.opensslOutOfMemory }
        throw KeyError("its point (x, y) is not on the curve \(curve.name)")
      }
      return .ec(key, curve)
    }
  }

  private static func make(_ curve: Curve, _ point: [UInt8]) -> PublicKey? {
    point.withUnsafeBytes { point in  // the builder borrows it until the parameters are made
      PublicKey.make("EC") { builder in
        OSSL_PARAM_BLD_push_utf8_string(builder, KeyParameter.groupName.cString, curve.opensslName.cString, 0) == 1
          && OSSL_PARAM_BLD_push_octet_string(builder, KeyParameter.publicKey.cString, point.baseAddress, point.count)
            == 1
      }
    }
  }

  private static func isPublicKeyValid(_ key: PublicKey) -> Bool {
    guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key.handle, nil) else { return false }
    defer { EVP_PKEY_CTX_free(context) }
    return EVP_PKEY_public_check(context) == 1
  }
}
