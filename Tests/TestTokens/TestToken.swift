import COpenSSL
import JOSE
import Support

/// Compact tokens, good and bad, for tests.
public enum TestToken {
  /// `header` and `payload` as they are, joined and signed.
  public static func signed(
    header: ByteString, payload: ByteString, by key: TestKey, as algorithm: Algorithm? = nil
  ) throws -> ByteString {
    let input = signingInput(header: header, payload: payload)
    return join(input, signature: try key.sign(input.bytes, as: algorithm ?? key.algorithm))
  }

  /// As `signed`, with an HMAC over any secret, be it as short or as public as it may.
  public static func maced(
    header: ByteString, payload: ByteString, secret: [UInt8], as algorithm: Algorithm
  ) throws -> ByteString {
    let input = signingInput(header: header, payload: payload)
    var mac = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    let hash = algorithm == .hs256 ? EVP_sha256() : algorithm == .hs384 ? EVP_sha384() : EVP_sha512()
    HMAC(hash, secret, CInt(secret.count), input.bytes, input.count, &mac, &count)
    return join(input, signature: Array(mac.prefix(Int(count))))
  }

  public static func signingInput(header: ByteString, payload: ByteString) -> ByteString {
    Base64URL.encode(header.bytes) + "." + Base64URL.encode(payload.bytes)
  }

  public static func join(_ signingInput: ByteString, signature: [UInt8]) -> ByteString {
    signingInput + "." + Base64URL.encode(signature)
  }
}

extension TestKey {
  /// A signature in JOSE's form.
  public func sign(_ message: [UInt8], as algorithm: Algorithm) throws -> [UInt8] {
    let made = try digestSign(message, algorithm) { parameters in
      guard [.ps256, .ps384, .ps512].contains(algorithm) else { return true }
      return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1
    }
    return coordinateByteCount == 0 ? made : try raw(made)
  }

  /// A signature in OpenSSL's form.
  func digestSign(
    _ message: [UInt8], _ algorithm: Algorithm, _ configure: (OpaquePointer?) -> Bool
  ) throws -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { throw Trouble("no context") }
    defer { EVP_MD_CTX_free(context) }
    var parameters: OpaquePointer?
    guard EVP_DigestSignInit(context, &parameters, TestKey.hash(algorithm), nil, handle) == 1, configure(parameters)
    else { throw Trouble("this key does not sign as \(algorithm.name.string)") }
    var signature = [UInt8](repeating: 0, count: 4096)
    var count = signature.count
    guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { throw Trouble("not signed") }
    return Array(signature.prefix(count))
  }

  /// r and s side by side, from DER.
  private func raw(_ der: [UInt8]) throws -> [UInt8] {
    let pair = der.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      return d2i_ECDSA_SIG(nil, &cursor, bytes.count)
    }
    guard let pair else { throw Trouble("no ECDSA signature") }
    defer { ECDSA_SIG_free(pair) }
    var bytes = [UInt8](repeating: 0, count: coordinateByteCount)
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), &bytes, CInt(bytes.count))
    let r = bytes
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), &bytes, CInt(bytes.count))
    return r + bytes
  }

  private static func hash(_ algorithm: Algorithm) -> OpaquePointer? {
    switch algorithm {
    case .rs256, .ps256, .es256, .es256k: EVP_sha256()
    case .rs384, .ps384, .es384: EVP_sha384()
    case .rs512, .ps512, .es512: EVP_sha512()
    default: nil
    }
  }
}
