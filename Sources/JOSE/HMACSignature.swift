import COpenSSL
import Support

/// HMAC (RFC 7518 section 3.2): the whole MAC, compared in constant time (attack A38).
func verifyHMAC(
  _ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ hash: HashFunction, _ secret: [UInt8]
) throws(Failure) -> Bool {
  var expected = [UInt8](repeating: 0, count: hash.byteCount)
  let bytes = message.assumingMemoryBound(to: UInt8.self)
  var count: UInt32 = 0
  guard HMAC(hash.handle, secret, CInt(secret.count), bytes.baseAddress, bytes.count, &expected, &count) != nil,
    Int(count) == expected.count
  else { throw Failure(.internal, "OpenSSL at run time does not offer HMAC with the token's hash") }
  return constantTimeEqual(signature, expected)
}
