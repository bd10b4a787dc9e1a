import COpenSSL
import Support

extension PublicKey {
  /// Pure EdDSA (RFC 8037 section 3.1); the signature is twice as long as the public key (RFC 8032).
  func verifyEdDSA(
    _ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ curve: EdwardsCurve
  ) throws(Failure) -> Bool {
    guard signature.count == curve.byteCount &* 2 else { return false }
    return try signature.withUnsafeBufferPointer { (bytes) throws(Failure) -> Bool in
      try digestVerify(bytes, message, nil)
    }
  }
}
