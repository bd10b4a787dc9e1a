import Support

/// A key that tokens are verified with: checked once when it is made, immutable, for any thread.
public final class VerificationKey: Sendable {
  /// The identifier tokens name it by; nil when it has none.
  public let kid: ByteString?

  /// What its type and curve allow, cut down to its JWK's `alg` where that is given (RFC 8725 section 3.1; attack A4).
  public let permitted: AlgorithmSet

  /// A key given by hand without a kid fits tokens with any kid; see `KeySet.select`.
  let fitsAnyKid: Bool

  let material: KeyMaterial

  init(_ material: KeyMaterial, kid: ByteString?, permitted: AlgorithmSet, fitsAnyKid: Bool = false) {
    self.material = material
    self.kid = kid
    self.permitted = permitted
    self.fitsAnyKid = fitsAnyKid
  }

  /// For messages: `kid "2024-1", RSA`.
  public var label: Message {
    guard let kid else { return "\(material.typeName), without kid" }
    return "kid \(quoted(kid)), \(material.typeName)"
  }

  /// A secret shared with the issuer, for one HMAC algorithm: the only way to an HMAC key (attack A2). INVALID_ARGUMENT
  /// for another algorithm, or for a secret shorter than the algorithm's hash (RFC 7518 section 3.2) or beyond 64 KiB.
  /// Without `kid` it fits tokens with any kid.
  public static func secret(
    _ bytes: [UInt8], algorithm: Algorithm, kid: ByteString?
  ) throws(Failure) -> VerificationKey {
    guard algorithm.isHMAC else {
      throw Failure(.invalidArgument, "\(algorithm.name) does not use a shared secret; HS256, HS384 and HS512 do")
    }
    let material = KeyMaterial.secret(bytes)
    guard bytes.count <= 65536 else {
      throw Failure(.invalidArgument, "the shared secret has \(bytes.count) bytes; at most 65536 are accepted")
    }
    guard material.permitted.contains(algorithm) else {
      throw Failure(
        .invalidArgument,
        "the shared secret has \(bytes.count) bytes, too few for \(algorithm.name): it needs at least as many as the "
          + "hash, 32, 48 or 64 for HS256, HS384 and HS512 (RFC 7518 section 3.2)")
    }
    try checkKid(kid)
    return VerificationKey(material, kid: kid, permitted: AlgorithmSet(algorithm), fitsAnyKid: kid == nil)
  }

  static func checkKid(_ kid: ByteString?) throws(Failure) {
    guard let kid, kid.count > JOSEHeader.maxKidBytes else { return }
    throw Failure(
      .invalidArgument, "the kid has \(kid.count) bytes; at most \(JOSEHeader.maxKidBytes) are accepted")
  }
}
