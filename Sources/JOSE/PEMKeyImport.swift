import COpenSSL
import Support

extension VerificationKey {
  /// A public key from PEM text: SubjectPublicKeyInfo or X.509 certificate. INVALID_ARGUMENT. It passes the same checks
  /// as a JWK. Without `kid` it fits tokens with any kid.
  public static func publicKey(pem: UnsafeRawBufferPointer, kid: ByteString?) throws(AuthError) -> VerificationKey {
    try checkKid(kid)
    do throws(KeyError) {
      return try saidTwice { () throws(KeyError) -> VerificationKey in
        let material = try keepingErrorQueue { () throws(KeyError) -> KeyMaterial in
          try KeyMaterial(parametersOf: try PEM.publicKey(pem))
        }
        return try VerificationKey(material, kid: kid, permitted: material.permitted, fitsAnyKid: kid == nil)
      }
    } catch {
      throw error.failure(.invalidArgument, "the PEM public key cannot be used: ")
    }
  }

  public static func publicKey(pem: ByteString, kid: ByteString?) throws(AuthError) -> VerificationKey {
    try pem.withUnsafeBytes { (text) throws(AuthError) -> VerificationKey in try publicKey(pem: text, kid: kid) }
  }
}

extension KeyMaterial {
  /// Takes the numbers out of a key that OpenSSL decoded and imports them like those of a JWK: one set of checks for
  /// both.
  init(parametersOf key: PublicKey) throws(KeyError) {
    let handle = key.handle
    if EVP_PKEY_is_a(handle, "RSA") == 1 {
      self = try .rsa(
        modulus: key.number(KeyParameter.modulus), exponent: key.number(KeyParameter.exponent))
    } else if EVP_PKEY_is_a(handle, "EC") == 1 {
      let curve = try KeyMaterial.curve(handle)
      self = try .ec(
        curve, x: key.number(KeyParameter.x, width: curve.byteCount),
        y: key.number(KeyParameter.y, width: curve.byteCount))
    } else if EVP_PKEY_is_a(handle, "ED25519") == 1 {
      self = try .edwards(.ed25519, KeyMaterial.rawPublicKey(handle))
    } else if EVP_PKEY_is_a(handle, "ED448") == 1 {
      self = try .edwards(.ed448, KeyMaterial.rawPublicKey(handle))
    } else if EVP_PKEY_is_a(handle, "RSA-PSS") == 1 {
      throw KeyError("it is restricted to RSASSA-PSS (id-RSASSA-PSS), which JOSE has no name for; use a plain RSA key")
    } else {
      throw KeyError("it is neither RSA, EC (P-256, P-384, P-521, secp256k1), Ed25519 nor Ed448")
    }
  }

  private static func curve(_ key: OpaquePointer) throws(KeyError) -> Curve {
    var name = [CChar](repeating: 0, count: 64)
    var count = 0
    if EVP_PKEY_get_utf8_string_param(key, KeyParameter.groupName.cString, &name, name.count, &count) == 1 {
      let nid = OBJ_txt2nid(name)
      for curve in Curve.allCases where curve.nid == nid { return curve }
    }
    throw KeyError("its curve is none of P-256, P-384, P-521 and secp256k1")
  }

  private static func rawPublicKey(_ key: OpaquePointer) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    var count = bytes.count
    return EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 ? Array(bytes.prefix(count)) : []
  }
}
