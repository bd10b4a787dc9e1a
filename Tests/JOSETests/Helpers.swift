import Foundation
import Support
import Testing
import VectorData

@testable import JOSE

/// The result of what must fail; nil when it did not.
func result(_ body: () throws -> Void) -> ResultCode? {
  do {
    try body()
    return nil
  } catch {
    return (error as? AuthError)?.result
  }
}

func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return (error as? AuthError)?.message.string ?? (error as? KeyError)?.message.string ?? ""
  }
}

/// The public half of a JWK, or the local key of a shared secret with its one algorithm.
func verificationKey(_ jwk: [String: Any], secretAlgorithm: Algorithm? = nil) throws -> VerificationKey {
  if jwk.text("kty") == "oct" {
    let algorithm = try #require(secretAlgorithm ?? Algorithm(name: ByteString(jwk.text("alg"))))
    return try .secret(Base64URL.decode(ByteString(jwk.text("k"))), algorithm: algorithm, kid: nil)
  }
  let set = try KeySet.parse(ByteString(try Vectors.text(["keys": [publicHalf(jwk)]])))
  guard let key = set.keys.first else { throw KeyError(set.skippedReasons) }
  return key
}

func publicHalf(_ jwk: [String: Any]) -> [String: Any] {
  let secret: Set = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
  return jwk.filter { !secret.contains($0.key) }
}

extension VerificationKey {
  func isValid(
    _ signature: [UInt8], of message: UnsafeRawBufferPointer, _ algorithm: Algorithm
  ) throws(AuthError) -> Bool {
    try signature.withUnsafeBytesTyped { (signature) throws(AuthError) in try isValid(signature, of: message, algorithm)
    }
  }
}

extension VerificationKey {
  static func secret(_ bytes: [UInt8], algorithm: Algorithm, kid: ByteString?) throws(AuthError) -> VerificationKey {
    try bytes.withUnsafeBytesTyped { (bytes) throws(AuthError) -> VerificationKey in
      try secret(bytes, algorithm: algorithm, kid: kid)
    }
  }
}
