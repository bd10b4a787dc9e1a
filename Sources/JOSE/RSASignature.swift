import COpenSSL
import Support

extension PublicKey {
  /// RSASSA-PKCS1-v1_5 (RFC 7518 section 3.3), by OpenSSL's own unpadding and comparison (attack A10).
  func verifyPKCS1(_ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ hash: HashFunction) throws(Failure)
    -> Bool
  {
    guard signature.count == modulusByteCount else { return false }
    return try verifyRSA(signature, message, hash) { EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PADDING) == 1 }
  }

  /// RSASSA-PSS with MGF1 over the same hash and a salt exactly as long as it (RFC 7518 section 3.5; attack A11).
  func verifyPSS(_ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ hash: HashFunction) throws(Failure) -> Bool
  {
    guard signature.count == modulusByteCount else { return false }
    return try verifyRSA(signature, message, hash) {
      EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md($0, hash.handle) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen($0, CInt(hash.byteCount)) == 1
    }
  }

  /// A signature is exactly as long as the modulus (RFC 8017 sections 8.1.2 and 8.2.2; attack A9).
  private var modulusByteCount: Int { Int(EVP_PKEY_get_bits(handle) &+ 7) / 8 }

  private func verifyRSA(
    _ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ hash: HashFunction, _ configure: (OpaquePointer) -> Bool
  ) throws(Failure) -> Bool {
    try signature.withUnsafeBufferPointer { (bytes) throws(Failure) -> Bool in
      try digestVerify(bytes, message, hash, configure: configure)
    }
  }
}
