import COpenSSL
import Support

/// `count` bytes of libcrypto's random generator, seeded anew in a child of fork. INTERNAL when it cannot be seeded.
public func randomBytes(_ count: Int) throws(AuthError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: max(0, min(count, 1 << 16)))
  let done = keepingErrorQueue { RAND_bytes(&bytes, CInt(bytes.count)) }
  guard done == 1 else {
    throw AuthError(
      .internal,
      "OpenSSL's random generator gets no seed: getrandom fails, or /dev/urandom cannot be opened; look whether a sandbox "
        + "(seccomp, a chroot without /dev) forbids them, and call OpenSSL once before it is entered")
  }
  return bytes
}
