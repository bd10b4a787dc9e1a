import COpenSSL
import Support

/// The secret of an HMAC key: the library's only copy of it, wiped when its last user is gone.
public final class SharedSecret: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  public init(_ secret: UnsafeRawBufferPointer) {
    bytes = .allocate(byteCount: max(1, secret.count), alignment: 1)
    bytes.copyBytes(from: secret)
    count = secret.count
  }

  /// INTERNAL when there is no randomness to be had.
  public static func random(byteCount: Int) throws(AuthError) -> SharedSecret {
    var bytes = try randomBytes(byteCount)
    return bytes.withUnsafeMutableBytes { bytes in
      defer { OPENSSL_cleanse(bytes.baseAddress, bytes.count) }
      return SharedSecret(UnsafeRawBufferPointer(bytes))
    }
  }

  deinit {
    OPENSSL_cleanse(bytes.baseAddress, bytes.count)
    bytes.deallocate()
  }

  let count: Int

  /// HMAC (RFC 7518 section 3.2): the whole MAC, compared in constant time (attack A38). INTERNAL when OpenSSL does not
  /// offer it.
  func verify(
    _ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer, _ hash: HashFunction
  ) throws(AuthError) -> Bool {
    let expected = try mac(of: message, hash)
    return expected.withUnsafeBytes { constantTimeEqual(signature, $0) }
  }

  /// HMAC-SHA-256. To be compared with `constantTimeEqual`.
  public func sha256MAC(of message: UnsafeRawBufferPointer) throws(AuthError) -> [UInt8] {
    try mac(of: message, .sha256)
  }

  private func mac(of message: UnsafeRawBufferPointer, _ hash: HashFunction) throws(AuthError) -> [UInt8] {
    var mac = [UInt8](repeating: 0, count: hash.byteCount)
    var written: UInt32 = 0
    let message = message.assumingMemoryBound(to: UInt8.self)
    guard
      HMAC(hash.handle, bytes.baseAddress, CInt(count), message.baseAddress, message.count, &mac, &written) != nil,
      Int(written) == mac.count
    else { throw AuthError(.internal, "OpenSSL at run time does not offer HMAC with SHA-2") }
    return mac
  }
}
