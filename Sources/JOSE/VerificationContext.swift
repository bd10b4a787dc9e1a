import COpenSSL
import Support

/// OpenSSL made ready once to verify with one key under one algorithm. It is never used itself but copied for every
/// signature: that is safe on any number of threads, takes no lock of OpenSSL's, and saves the search for an
/// implementation that a fresh start costs (15 percent of an RS256 verification).
final class VerificationContext: @unchecked Sendable {
  private let template: OpaquePointer

  private init(adopting template: OpaquePointer) { self.template = template }

  deinit { EVP_MD_CTX_free(template) }

  /// nil when OpenSSL at run time does not offer this. `hash` is nil for EdDSA; `configure` sets the padding of RSA.
  convenience init?(
    _ key: PublicKey, _ hash: HashFunction?, configure: (OpaquePointer) -> Bool = { _ in true }
  ) {
    guard let context = EVP_MD_CTX_new() else { return nil }
    var parameters: OpaquePointer?  // belongs to the context
    guard EVP_DigestVerifyInit(context, &parameters, hash?.handle, nil, key.handle) == 1, let parameters,
      configure(parameters)
    else {
      EVP_MD_CTX_free(context)
      return nil
    }
    self.init(adopting: context)
  }

  /// Whether `signature`, as OpenSSL wants it, is one of `message`. NO_MEMORY when it cannot be found out.
  func verify(_ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer) throws(Failure) -> Bool {
    guard let context = EVP_MD_CTX_new() else { throw Failure.opensslOutOfMemory }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_MD_CTX_copy_ex(context, template) == 1 else { throw Failure.opensslOutOfMemory }
    let signature = signature.assumingMemoryBound(to: UInt8.self)
    let message = message.assumingMemoryBound(to: UInt8.self)
    return EVP_DigestVerify(context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
  }
}

extension Failure {
  static var opensslOutOfMemory: Failure { Failure(.noMemory, "OpenSSL could not get memory to check a signature") }
}
