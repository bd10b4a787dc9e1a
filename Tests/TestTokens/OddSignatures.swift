import COpenSSL
import JOSE
import Support

/// Signatures that no issuer makes, for the tests of what is refused.
extension TestKey {
  /// ECDSA as DER.
  public func signDER(_ message: [UInt8], as algorithm: Algorithm) throws -> [UInt8] {
    try digestSign(message, algorithm) { _ in true }
  }

  /// RSASSA-PSS with SHA-256, a salt of any length, and any hash in MGF1.
  public func signPSS(_ message: [UInt8], saltByteCount: Int, maskHash: String = "SHA256") throws -> [UInt8] {
    try digestSign(message, .ps256) { parameters in
      EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md_name(parameters, maskHash, nil) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, CInt(saltByteCount)) == 1
    }
  }

  /// The private RSA operation on a block as long as the modulus.
  public func signRaw(_ block: [UInt8]) throws -> [UInt8] {
    guard let context = EVP_PKEY_CTX_new_from_pkey(nil, handle, nil) else { throw Trouble("no context") }
    defer { EVP_PKEY_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: 4096)
    var count = signature.count
    guard EVP_PKEY_sign_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1,
      EVP_PKEY_sign(context, &signature, &count, block, block.count) == 1
    else { throw Trouble("not signed") }
    return Array(signature.prefix(count))
  }
}
