import Support

/// What a key is made of. Its type decides what it can verify with, never the token's `alg` alone (attack A2).
enum KeyMaterial: Sendable {
  case rsa(PublicKey)
  case ec(PublicKey, Curve)
  case edwards(PublicKey, EdwardsCurve)
  case secret(SharedSecret)

  /// What a key of this type and curve can be used with at all.
  var permitted: AlgorithmSet {
    switch self {
    case .rsa: .rsa
    case .ec(_, let curve): AlgorithmSet(curve.algorithm)
    case .edwards(_, .ed25519): [AlgorithmSet(.eddsa), AlgorithmSet(.ed25519)]
    case .edwards(_, .ed448): [AlgorithmSet(.eddsa), AlgorithmSet(.ed448)]
    case .secret(let secret): KeyMaterial.permitted(secretBytes: secret.count)
    }
  }

  /// Whether both are the same public key. Secrets are in no set, and are never compared.
  func isSame(as other: KeyMaterial) -> Bool {
    switch (self, other) {
    case (.rsa(let left), .rsa(let right)), (.ec(let left, _), .ec(let right, _)),
      (.edwards(let left, _), .edwards(let right, _)):
      return left.isSame(as: right)
    default: return false
    }
  }

  /// "RSA", "EC P-256": for messages.
  var typeName: Diagnostic {
    switch self {
    case .rsa: "RSA"
    case .ec(_, let curve): "EC \(curve.name)"
    case .edwards(_, .ed25519): "OKP Ed25519"
    case .edwards(_, .ed448): "OKP Ed448"
    case .secret: "shared secret"
    }
  }

  /// A secret shorter than the hash is weaker than the MAC (RFC 7518 section 3.2; attack A3).
  private static func permitted(secretBytes count: Int) -> AlgorithmSet {
    var permitted: AlgorithmSet = []
    if count >= HashFunction.sha256.byteCount { permitted.insert(AlgorithmSet(.hs256)) }
    if count >= HashFunction.sha384.byteCount { permitted.insert(AlgorithmSet(.hs384)) }
    if count >= HashFunction.sha512.byteCount { permitted.insert(AlgorithmSet(.hs512)) }
    return permitted
  }
}
