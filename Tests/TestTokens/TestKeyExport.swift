import COpenSSL
import JOSE
import Support

extension TestKey {
  /// The public key as members of a JWK: kty, crv, n, e, x, y.
  public var members: [String: String] {
    switch kind {
    case .rsa: ["kty": "RSA", "n": number("n"), "e": number("e")]
    case .p256: point("P-256")
    case .p384: point("P-384")
    case .p521: point("P-521")
    case .secp256k1: point("secp256k1")
    case .ed25519: ["kty": "OKP", "crv": "Ed25519", "x": rawPublicKey]
    case .ed448: ["kty": "OKP", "crv": "Ed448", "x": rawPublicKey]
    }
  }

  /// The public key as a JWK, with `extra` members over its own: `jwk(["kid": "1", "use": "sig"])`.
  public func jwk(_ extra: [String: String] = [:]) -> String {
    let all = members.merging(extra) { $1 }.sorted { $0.key < $1.key }
    return "{" + all.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
  }

  /// A key set of this one key.
  public func jwks(_ extra: [String: String] = [:]) -> ByteString { ByteString("{\"keys\":[" + jwk(extra) + "]}") }

  /// SubjectPublicKeyInfo, as PEM and as DER.
  public var pem: ByteString { written { PEM_write_bio_PUBKEY($0, handle) } }
  public var der: ByteString { written { i2d_PUBKEY_bio($0, handle) } }

  /// PKCS#8: what nobody should configure as a public key.
  public var privatePEM: ByteString { written { PEM_write_bio_PKCS8PrivateKey($0, handle, nil, nil, 0, nil, nil) } }

  /// A self-signed X.509 certificate of the key, PEM.
  public func certificatePEM() throws -> ByteString {
    guard let certificate = X509_new() else { throw Trouble("no certificate") }
    defer { X509_free(certificate) }
    X509_set_pubkey(certificate, handle)
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400)
    X509_gmtime_adj(X509_getm_notAfter(certificate), -3600)  // expired: its dates are not judged
    let isEdwards = coordinateByteCount == 0 && algorithm == .eddsa
    guard X509_sign(certificate, handle, isEdwards ? nil : EVP_sha256()) > 0 else { throw Trouble("not signed") }
    return written { PEM_write_bio_X509($0, certificate) }
  }

  private func point(_ curve: String) -> [String: String] {
    ["kty": "EC", "crv": curve, "x": number("qx", coordinateByteCount), "y": number("qy", coordinateByteCount)]
  }

  private func number(_ name: String, _ width: Int = 0) -> String {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(handle, name, &number) == 1 else { return "" }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: max(width, Int(BN_num_bits(number) + 7) / 8))
    BN_bn2binpad(number, &bytes, CInt(bytes.count))
    return encoded(bytes)
  }

  private var rawPublicKey: String {
    var bytes = [UInt8](repeating: 0, count: 57)
    var count = bytes.count
    EVP_PKEY_get_raw_public_key(handle, &bytes, &count)
    return encoded(Array(bytes.prefix(count)))
  }

  private func encoded(_ bytes: [UInt8]) -> String { String(decoding: Base64URL.encode(bytes).bytes, as: UTF8.self) }

  private func written(_ body: (OpaquePointer) -> CInt) -> ByteString {
    guard let sink = BIO_new(BIO_s_mem()) else { return ByteString() }
    defer { BIO_free(sink) }
    _ = body(sink)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = BIO_read(sink, &bytes, CInt(bytes.count))
    return ByteString(bytes.prefix(max(0, Int(count))))
  }
}
