import COpenSSL
import Support

/// How one key verifies under one algorithm. Only what belongs together makes one, when the key is imported: a token's
/// `alg` picks among them and can never pair a key with a scheme that is not its own (attacks A2 and A4).
enum SignatureMethod: Sendable {
  /// RSA: OpenSSL takes the signature as it is. Its length is part of the scheme (RFC 8017 sections 8.1.2 and 8.2.2;
  /// attack A9).
  case rsa(VerificationContext, byteCount: Int)
  case ecdsa(VerificationContext, ECDSAFormat)
  /// As for RSA (RFC 8032 sections 5.1.7 and 5.2.7).
  case eddsa(WholeMessageContext, byteCount: Int)
  case hmac(HashFunction, SharedSecret)

  /// How long a signature is.
  var signatureByteCount: Int {
    switch self {
    case .rsa(_, let byteCount), .eddsa(_, let byteCount): byteCount
    case .ecdsa(_, let format): format.signatureByteCount
    case .hmac(let hash, _): hash.byteCount
    }
  }

  /// Any thread.
  func verify(_ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer) throws(AuthError) -> Bool {
    try keepingErrorQueue { (queue) throws(AuthError) -> Bool in
      if try isValid(signature, of: message) { return true }
      if queue.ranOutOfMemory() { throw AuthError.opensslOutOfMemory }
      guard failsSilently else { return false }
      if try isValid(signature, of: message) { return true }
      if queue.ranOutOfMemory() || !opensslHasMemory() { throw AuthError.opensslOutOfMemory }
      return false
    }
  }

  /// In some places OpenSSL calls a signature wrong when an allocation fails, and leaves nothing in the queue: EdDSA and
  /// RSASSA-PSS in 3.0, ECDSA in 3.5. A no of its public-key algorithms has to be said twice.
  private var failsSilently: Bool {
    switch self {
    case .rsa, .ecdsa, .eddsa: true
    case .hmac: false
    }
  }

  private func isValid(
    _ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer
  ) throws(AuthError) -> Bool {
    switch self {
    case .rsa(let context, let byteCount):
      guard signature.count == byteCount else { return false }
      return try context.verify(signature, of: message)
    case .eddsa(let context, let byteCount):
      guard signature.count == byteCount else { return false }
      return try context.verify(signature, of: message)
    case .ecdsa(let context, let format):
      guard format.accepts(signature) else { return false }
      return try format.withDER(signature) { (encoded) throws(AuthError) -> Bool in
        try context.verify(encoded, of: message)
      }
    case .hmac(let hash, let secret):
      return try secret.verify(signature, of: message, hash)
    }
  }
}

extension KeyMaterial {
  /// The method of this key for `algorithm`; nil when the two do not belong together, or when OpenSSL at run time does
  /// not offer it.
  func method(_ algorithm: Algorithm) -> SignatureMethod? {
    switch (self, algorithm) {
    case (.rsa(let key), .rs256): KeyMaterial.pkcs1(key, .sha256)
    case (.rsa(let key), .rs384): KeyMaterial.pkcs1(key, .sha384)
    case (.rsa(let key), .rs512): KeyMaterial.pkcs1(key, .sha512)
    case (.rsa(let key), .ps256): KeyMaterial.pss(key, .sha256)
    case (.rsa(let key), .ps384): KeyMaterial.pss(key, .sha384)
    case (.rsa(let key), .ps512): KeyMaterial.pss(key, .sha512)
    case (.ec(let key, .p256), .es256): KeyMaterial.ecdsa(key, .p256, .sha256)
    case (.ec(let key, .p384), .es384): KeyMaterial.ecdsa(key, .p384, .sha384)
    case (.ec(let key, .p521), .es512): KeyMaterial.ecdsa(key, .p521, .sha512)
    case (.ec(let key, .secp256k1), .es256k): KeyMaterial.ecdsa(key, .secp256k1, .sha256)
    case (.edwards(let key, .ed25519), .eddsa), (.edwards(let key, .ed25519), .ed25519):
      KeyMaterial.eddsa(key, .ed25519)
    case (.edwards(let key, .ed448), .eddsa), (.edwards(let key, .ed448), .ed448): KeyMaterial.eddsa(key, .ed448)
    case (.secret(let secret), .hs256): .hmac(.sha256, secret)
    case (.secret(let secret), .hs384): .hmac(.sha384, secret)
    case (.secret(let secret), .hs512): .hmac(.sha512, secret)
    default: nil
    }
  }

  /// RSASSA-PKCS1-v1_5 (RFC 7518 section 3.3), by OpenSSL's own unpadding and comparison (attack A10).
  private static func pkcs1(_ key: PublicKey, _ hash: HashFunction) -> SignatureMethod? {
    let context = VerificationContext(key, hash) { EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PADDING) == 1 }
    return context.map { .rsa($0, byteCount: key.modulusByteCount) }
  }

  /// RSASSA-PSS with MGF1 over the same hash and a salt exactly as long as it (RFC 7518 section 3.5; attack A11).
  private static func pss(_ key: PublicKey, _ hash: HashFunction) -> SignatureMethod? {
    let context = VerificationContext(key, hash) {
      EVP_PKEY_CTX_set_rsa_padding($0, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md($0, hash.handle) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen($0, CInt(hash.byteCount)) == 1
    }
    return context.map { .rsa($0, byteCount: key.modulusByteCount) }
  }

  private static func ecdsa(_ key: PublicKey, _ curve: Curve, _ hash: HashFunction) -> SignatureMethod? {
    guard let context = VerificationContext(key, hash), let format = ECDSAFormat(key, curve) else { return nil }
    return .ecdsa(context, format)
  }

  /// Pure EdDSA (RFC 8037 section 3.1).
  private static func eddsa(_ key: PublicKey, _ curve: EdwardsCurve) -> SignatureMethod? {
    WholeMessageContext(key).map { .eddsa($0, byteCount: curve.byteCount &* 2) }
  }
}

extension PublicKey {
  fileprivate var modulusByteCount: Int { Int(EVP_PKEY_get_bits(handle) &+ 7) / 8 }
}
