import COpenSSL
import Support

/// As `VerificationContext`, for algorithms that take the message as a whole (EdDSA): such a context is good for one
/// signature.
final class WholeMessageContext: @unchecked Sendable {
  private let template: OpaquePointer

  private init(adopting template: OpaquePointer) { self.template = template }

  deinit { EVP_MD_CTX_free(template) }

  /// nil when OpenSSL at run time does not offer this.
  convenience init?(_ key: PublicKey) {
    guard let context = EVP_MD_CTX_new() else { return nil }
    guard EVP_DigestVerifyInit(context, nil, nil, nil, key.handle) == 1 else {
      EVP_MD_CTX_free(context)
      return nil
    }
    self.init(adopting: context)
  }

  /// Whether `signature` is one of `message`. NO_MEMORY when it cannot be found out.
  func verify(_ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer) throws(AuthError) -> Bool {
    guard let context = EVP_MD_CTX_new() else { throw AuthError.opensslOutOfMemory }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_MD_CTX_copy_ex(context, template) == 1 else { throw AuthError.opensslOutOfMemory }
    let signature = signature.assumingMemoryBound(to: UInt8.self)
    let message = message.assumingMemoryBound(to: UInt8.self)
    return EVP_DigestVerify(context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
  }
}
