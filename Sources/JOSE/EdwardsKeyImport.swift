import COpenSSL
import Support

extension KeyMaterial {
  /// An EdDSA public key from its encoded point (RFC 8037 section 2).
  static func edwards(_ curve: EdwardsCurve, _ bytes: [UInt8]) throws(KeyError) -> KeyMaterial {
    guard bytes.count == curve.byteCount else {
      throw KeyError(
        "its public key has \(bytes.count) bytes; on this curve it has \(curve.byteCount) (RFC 8037 section 2)")
    }
    switch EdwardsPoint.fault(bytes, curve) {
    case .outOfRange: throw KeyError("its public key is no number of the curve's field (RFC 8032)")
    case .smallOrder: throw KeyError("its public key is a point of small order, for which anybody can sign; replace it")
    case nil: break
    }
    return try keepingErrorQueue { (queue) throws(KeyError) -> KeyMaterial in
      guard PublicKey.isOffered(curve.opensslName) else {
        if queue.ranOutOfMemory() { throw KeyError.opensslOutOfMemory }
        throw KeyError("OpenSSL at run time does not offer its curve")
      }
      guard let handle = EVP_PKEY_new_raw_public_key_ex(nil, curve.opensslName.cString, nil, bytes, bytes.count) else {
        if queue.ranOutOfMemory() { throw KeyError.opensslOutOfMemory }
        throw KeyError("OpenSSL does not take it as an EdDSA key")
      }
      return .edwards(PublicKey(adopting: handle), curve)
    }
  }
}
