import Support

extension VerificationKey {
  /// A secret shared with the issuer, for one HMAC algorithm: the only way to an HMAC key (attack A2). INVALID_ARGUMENT
  /// for another algorithm, or for a secret shorter than the algorithm's hash (RFC 7518 section 3.2) or beyond 64 KiB.
  /// Without `kid` it fits tokens with any kid.
  public static func secret(
    _ bytes: UnsafeRawBufferPointer, algorithm: Algorithm, kid: ByteString?
  ) throws(AuthError) -> VerificationKey {
    guard algorithm.isHMAC else {
      throw AuthError(.invalidArgument, "\(algorithm.name) does not use a shared secret; HS256, HS384 and HS512 do")
    }
    guard bytes.count <= 65536 else {
      throw AuthError(.invalidArgument, "the shared secret has \(bytes.count) bytes; at most 65536 are accepted")
    }
    let material = KeyMaterial.secret(SharedSecret(bytes))
    guard material.permitted.contains(algorithm) else {
      throw AuthError(
        .invalidArgument,
        "the shared secret has \(bytes.count) bytes, too few for \(algorithm.name): it needs at least as many as the "
          + "hash, 32, 48 or 64 for HS256, HS384 and HS512 (RFC 7518 section 3.2)")
    }
    try checkKid(kid)
    do throws(KeyError) {
      return try VerificationKey(material, kid: kid, permitted: AlgorithmSet(algorithm), fitsAnyKid: kid == nil)
    } catch {
      throw error.failure(.invalidArgument, "the shared secret cannot be used: ")
    }
  }

  static func checkKid(_ kid: ByteString?) throws(AuthError) {
    guard let kid, kid.count > JOSEHeader.maxKidBytes else { return }
    throw AuthError(
      .invalidArgument, "the kid has \(kid.count) bytes; at most \(JOSEHeader.maxKidBytes) are accepted")
  }
}
