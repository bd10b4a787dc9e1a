import Support

/// A key that tokens are verified with: checked once when it is made, immutable, for any thread.
public final class VerificationKey: Sendable {
  /// The identifier tokens name it by; nil when it has none.
  public let kid: ByteString?

  /// What its type and curve allow, cut down to its JWK's `alg` where that is given (RFC 8725 section 3.1; attack A4).
  public let permitted: AlgorithmSet

  /// Entra's member `issuer` of a JWK: who may sign with this key of a set that many issuers share. Empty when it is no
  /// string.
  public let issuer: ByteString?

  /// Of its certificate, where the JWK says them.
  let thumbprints: CertificateThumbprints

  /// A key given by hand without a kid fits tokens with any kid; see `KeySet.select`.
  let fitsAnyKid: Bool

  private let material: KeyMaterial
  private let methods: [(algorithm: Algorithm, method: SignatureMethod)]

  private init(
    _ material: KeyMaterial, _ methods: [(algorithm: Algorithm, method: SignatureMethod)], kid: ByteString?,
    issuer: ByteString?, thumbprints: CertificateThumbprints, fitsAnyKid: Bool
  ) {
    self.issuer = issuer
    self.thumbprints = thumbprints
    self.material = material
    self.methods = methods
    self.kid = kid
    self.fitsAnyKid = fitsAnyKid
    permitted = methods.reduce(into: []) { $0.insert(AlgorithmSet($1.algorithm)) }
  }

  /// Makes the key ready for those of the `permitted` algorithms that OpenSSL at run time offers; none of them is an
  /// error. (What can fail is done before the object is there: Embedded Swift 6.3 leaks one whose initializer throws
  /// half way.)
  convenience init(
    _ material: KeyMaterial, kid: ByteString?, permitted: AlgorithmSet, issuer: ByteString? = nil,
    thumbprints: CertificateThumbprints = .none, fitsAnyKid: Bool = false
  ) throws(KeyError) {
    var methods: [(algorithm: Algorithm, method: SignatureMethod)] = []
    for algorithm in Algorithm.allCases where permitted.contains(algorithm) {
      let method = try keepingErrorQueue { (queue) throws(KeyError) -> SignatureMethod? in
        let method = material.method(algorithm)
        if method == nil, queue.ranOutOfMemory() { throw KeyError.opensslOutOfMemory }
        return method
      }
      if let method { methods.append((algorithm, method)) }
    }
    guard let first = methods.first else {
      throw KeyError("OpenSSL at run time offers none of its algorithms (\(permitted.names)); check its providers")
    }
    VerificationKey.warmUp(first.method)
    self.init(material, methods, kid: kid, issuer: issuer, thumbprints: thumbprints, fitsAnyKid: fitsAnyKid)
  }

  /// Whether either verifies what the other does, for the same issuer: the same key published twice. (Their kids and
  /// algorithms may differ.)
  public func isSameKey(as other: VerificationKey) -> Bool {
    issuer == other.issuer && keepingErrorQueue { material.isSame(as: other.material) }
  }

  /// OpenSSL computes what it keeps with a key at the first use. That use is here, before other threads have the key.
  private static func warmUp(_ method: SignatureMethod) {
    let empty = UnsafeRawBufferPointer(start: nil, count: 0)
    [UInt8](repeating: 1, count: method.signatureByteCount).withUnsafeBytes { _ = try? method.verify($0, of: empty) }
  }

  /// Whether `signature` is one of `message` under this key and `algorithm`. ALGORITHM_NOT_ALLOWED when the key is not
  /// for it. Any thread.
  func isValid(
    _ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer, _ algorithm: Algorithm
  ) throws(AuthError) -> Bool {
    for (candidate, method) in methods where candidate == algorithm {
      return try method.verify(signature, of: message)
    }
    throw AuthError(
      .algorithmNotAllowed,
      "the token's \"alg\" is \(algorithm.name), but its key (\(label)) is for \(permitted.names) only")
  }

  /// For messages: `kid "2024-1", RSA`.
  public var label: Diagnostic {
    guard let kid else { return "\(material.typeName), without kid" }
    return "kid \(quoted(kid)), \(material.typeName)"
  }
}
