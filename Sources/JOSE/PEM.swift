import COpenSSL
import Support

/// PEM (RFC 7468) as far as a public key goes.
enum PEM {
  private static let maxBytes = 64 * 1024

  /// The key of the one block in `text`: a SubjectPublicKeyInfo or an X.509 certificate, whose signature and dates are
  /// not judged. To be adopted by the caller.
  static func publicKey(_ text: UnsafeRawBufferPointer) throws(KeyError) -> PublicKey {
    guard let start = text.baseAddress, !text.isEmpty else { throw KeyError("the PEM text is empty") }
    guard text.count <= maxBytes else {
      throw KeyError("the PEM text has \(text.count) bytes; at most \(maxBytes) are accepted")
    }
    guard let source = BIO_new_mem_buf(start, CInt(text.count)) else { throw KeyError("out of memory") }
    defer { BIO_free(source) }
    guard let block = Block(readingFrom: source) else {
      throw KeyError("there is no PEM block in it; one begins with \"-----BEGIN PUBLIC KEY-----\"")
    }
    let key = try block.publicKey()
    if Block(readingFrom: source) != nil {
      throw KeyError("it has more than one PEM block; give one key a call, and of a certificate chain the first only")
    }
    return key
  }

  /// One block as OpenSSL reads it.
  private final class Block {
    private let label: UnsafeMutablePointer<CChar>
    private let headers: UnsafeMutablePointer<CChar>?
    private let content: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// A convenience initializer, because Embedded Swift 6.3 leaks the object when a designated one fails early.
    convenience init?(readingFrom source: OpaquePointer) {
      var label: UnsafeMutablePointer<CChar>?
      var headers: UnsafeMutablePointer<CChar>?
      var content: UnsafeMutablePointer<UInt8>?
      var count = 0
      guard PEM_read_bio(source, &label, &headers, &content, &count) == 1, let label, let content else { return nil }
      self.init(label: label, headers: headers, content: content, count: count)
    }

    private init(
      label: UnsafeMutablePointer<CChar>, headers: UnsafeMutablePointer<CChar>?, content: UnsafeMutablePointer<UInt8>,
      count: Int
    ) {
      self.label = label
      self.headers = headers
      self.content = content
      self.count = count
    }

    deinit {
      CRYPTO_free(label, "", 0)
      CRYPTO_free(headers, "", 0)
      CRYPTO_clear_free(content, count, "", 0)  // it may have been a private key
    }

    func publicKey() throws(KeyError) -> PublicKey {
      let name = ByteString(cString: label)
      if name.hasSuffix("PRIVATE KEY") {
        throw KeyError(
          "it is a private key, which has no place here; take the public one: openssl pkey -in ... -pubout")
      }
      switch name {
      case "PUBLIC KEY": return try decoded(d2iPublicKey())
      case "CERTIFICATE", "X509 CERTIFICATE": return try decoded(certificateKey())
      case "RSA PUBLIC KEY":
        throw KeyError("it is in the PKCS#1 form; convert it: openssl rsa -RSAPublicKey_in -in ... -pubout")
      default:
        throw KeyError("its PEM block is \(quoted(name)); expected is \"PUBLIC KEY\" or \"CERTIFICATE\"")
      }
    }

    private func decoded(_ handle: OpaquePointer?) throws(KeyError) -> PublicKey {
      guard let handle else {
        throw KeyError("its content is damaged, or a key of a type that OpenSSL at run time does not offer")
      }
      return PublicKey(adopting: handle)
    }

    private func d2iPublicKey() -> OpaquePointer? {
      var cursor: UnsafePointer<UInt8>? = UnsafePointer(content)
      guard let key = d2i_PUBKEY(nil, &cursor, count) else { return nil }
      if cursor == UnsafePointer(content + count) { return key }
      EVP_PKEY_free(key)  // something follows the key
      return nil
    }

    private func certificateKey() -> OpaquePointer? {
      var cursor: UnsafePointer<UInt8>? = UnsafePointer(content)
      guard let certificate = d2i_X509(nil, &cursor, count) else { return nil }
      defer { X509_free(certificate) }
      return cursor == UnsafePointer(content + count) ? X509_get_pubkey(certificate) : nil
    }
  }
}

/// Whether PEM text holds a certificate that OpenSSL reads, whatever else is in it.
public func holdsCertificate(_ text: [UInt8]) -> Bool {
  text.withUnsafeBytesTyped { text -> Bool in
    guard let count = CInt(exactly: text.count), count > 0 else { return false }
    return keepingErrorQueue { () -> Bool in
      guard let source = BIO_new_mem_buf(text.baseAddress, count) else { return false }
      defer { BIO_free(source) }
      guard let certificate = PEM_read_bio_X509(source, nil, nil, nil) else { return false }
      X509_free(certificate)
      return true
    }
  }
}
