import COpenSSL
import Support

/// The secret of an HMAC key: the library's only copy of it, wiped when its last user is gone.
final class SharedSecret: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  init(_ secret: UnsafeRawBufferPointer) {
    bytes = .allocate(byteCount: max(1, secret.count), alignment: 1)
    bytes.copyBytes(from: secret)
    count = secret.count
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
    var expected = [UInt8](repeating: 0, count: hash.byteCount)
    var written: UInt32 = 0
    let message = message.assumingMemoryBound(to: UInt8.self)
    guard
      HMAC(hash.handle, bytes.baseAddress, CInt(count), message.baseAddress, message.count, &expected, &written) != nil,
      Int(written) == expected.count
    else { throw AuthError(.internal, "OpenSSL at run time does not offer HMAC with the token's hash") }
    return expected.withUnsafeBytes { constantTimeEqual(signature, $0) }
  }
}
