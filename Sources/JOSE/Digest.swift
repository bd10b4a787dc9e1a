import COpenSSL
import Support

/// The three hashes of JOSE (RFC 6234).
enum HashFunction: Sendable {
  case sha256, sha384, sha512

  /// Borrowed from OpenSSL, never freed; nil only in a libcrypto without the hash.
  var handle: OpaquePointer? {
    switch self {
    case .sha256: EVP_sha256()
    case .sha384: EVP_sha384()
    case .sha512: EVP_sha512()
    }
  }

  var byteCount: Int {
    switch self {
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }
}

/// SHA-256 of `bytes`: 32 bytes. INTERNAL when libcrypto cannot compute it.
public func sha256(_ bytes: UnsafeRawBufferPointer) throws(AuthError) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: HashFunction.sha256.byteCount)
  let done = keepingErrorQueue { EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_sha256(), nil) }
  if done != 1 { throw AuthError(.internal, "OpenSSL offers no SHA-256; check its providers and configuration") }
  return digest
}

public func sha256(_ text: ByteString) throws(AuthError) -> [UInt8] {
  try text.withUnsafeBytes { (bytes) throws(AuthError) -> [UInt8] in try sha256(bytes) }
}
