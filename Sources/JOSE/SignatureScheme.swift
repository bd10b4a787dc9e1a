import Support

/// How one algorithm signs: the hash and the padding that go with its name.
enum SignatureScheme: Sendable {
  case pkcs1(HashFunction)
  case pss(HashFunction)
  case ecdsa(HashFunction)
  case eddsa
  case hmac(HashFunction)

  init(_ algorithm: Algorithm) {
    self =
      switch algorithm {
      case .rs256: .pkcs1(.sha256)
      case .rs384: .pkcs1(.sha384)
      case .rs512: .pkcs1(.sha512)
      case .ps256: .pss(.sha256)
      case .ps384: .pss(.sha384)
      case .ps512: .pss(.sha512)
      case .es256, .es256k: .ecdsa(.sha256)
      case .es384: .ecdsa(.sha384)
      case .es512: .ecdsa(.sha512)
      case .eddsa, .ed25519, .ed448: .eddsa
      case .hs256: .hmac(.sha256)
      case .hs384: .hmac(.sha384)
      case .hs512: .hmac(.sha512)
      }
  }
}

extension VerificationKey {
  /// Whether `signature` is one of `message` under this key. Only pairs of key type and scheme that belong together
  /// verify anything; the key's `permitted` has been asked before, and this does not rely on it. Any thread.
  func isValid(
    _ signature: [UInt8], of message: UnsafeRawBufferPointer, _ algorithm: Algorithm
  ) throws(Failure) -> Bool {
    try keepingErrorQueue { () throws(Failure) -> Bool in
      switch (material, SignatureScheme(algorithm)) {
      case (.rsa(let key), .pkcs1(let hash)): try key.verifyPKCS1(signature, message, hash)
      case (.rsa(let key), .pss(let hash)): try key.verifyPSS(signature, message, hash)
      case (.ec(let key, let curve), .ecdsa(let hash)): try key.verifyECDSA(signature, message, hash, curve)
      case (.edwards(let key, let curve), .eddsa): try key.verifyEdDSA(signature, message, curve)
      case (.secret(let secret), .hmac(let hash)): try verifyHMAC(signature, message, hash, secret)
      default: false
      }
    }
  }
}
