import COpenSSL
import Support

extension PublicKey {
  /// One verification by OpenSSL in a context of its own, which makes it safe on any thread. `configure` sets what the
  /// scheme needs beyond the hash. NO_MEMORY or INTERNAL when OpenSSL cannot even start.
  func digestVerify(
    _ signature: UnsafeBufferPointer<UInt8>, _ message: UnsafeRawBufferPointer, _ hash: HashFunction?,
    configure: (OpaquePointer) -> Bool = { _ in true }
  ) throws(Failure) -> Bool {
    guard let context = EVP_MD_CTX_new() else { throw Failure(.noMemory, "OpenSSL could not get memory") }
    defer { EVP_MD_CTX_free(context) }
    var parameters: OpaquePointer?  // belongs to context
    guard EVP_DigestVerifyInit(context, &parameters, hash?.handle, nil, handle) == 1, let parameters,
      configure(parameters)
    else {
      throw Failure(.internal, "OpenSSL at run time does not offer the token's signature algorithm for its key")
    }
    let bytes = message.assumingMemoryBound(to: UInt8.self)
    return EVP_DigestVerify(context, signature.baseAddress, signature.count, bytes.baseAddress, bytes.count) == 1
  }
}
