import JOSE
import Support

/// What a token asks of its issuer's keys: one of an algorithm that the issuer may use.
struct KeyQuery: Sendable {
  let kid: ByteString?
  let thumbprints: CertificateThumbprints
  let algorithm: Algorithm
  let issuer: ByteString

  /// ALGORITHM_NOT_ALLOWED, which no key could change: found before anything is fetched, so that no token of its sender's
  /// own making causes a fetch, and an issuer without public keys gets the message that helps.
  init(
    kid: ByteString?, thumbprints: CertificateThumbprints = .none, algorithm: Algorithm, allowed: AlgorithmSet,
    issuer: ByteString
  ) throws(AuthError) {
    guard allowed.contains(algorithm) else { throw Self.notAllowed(algorithm, allowed, issuer) }
    self.kid = kid
    self.thumbprints = thumbprints
    self.algorithm = algorithm
    self.issuer = issuer
  }

  private static func notAllowed(_ algorithm: Algorithm, _ allowed: AlgorithmSet, _ issuer: ByteString) -> AuthError {
    let hint: Diagnostic =
      algorithm.isHMAC
      ? "; its key is a secret that the issuer shares with a client (Authentik signs so while its provider has no signing "
        + "key): choose a signing key at the provider, or add the secret with mcpauth_issuer_add_shared_secret"
      : "; mcpauth_issuer_set_algorithms says which are"
    return AuthError(
      .algorithmNotAllowed,
      "the token is signed with \(algorithm.name), which is not allowed for issuer \(quoted(issuer)); allowed: "
        + allowed.names + hint)
  }

  /// The key, or a failure that newer keys would not change; nil where newer keys may have it.
  func answer(from snapshot: KeySnapshot) -> KeyAnswer? {
    switch snapshot.keySet.select(kid: kid, thumbprints: thumbprints, algorithm: algorithm) {
    case .found(let key): return .success(FoundKey(key: key, generation: snapshot.generation))
    case .none: return nil
    case .ambiguous:
      return .failure(
        AuthError(
          .keyNotFound,
          "\(name) fits several keys of issuer \(quoted(issuer)) (\(snapshot.origin)), and guessing is not done; "
            + "each key needs a kid of its own, and tokens must carry it"))
    case .algorithmMismatch:
      return .failure(
        AuthError(
          .algorithmNotAllowed,
          "the token is signed with \(algorithm.name), and \(name) of issuer \(quoted(issuer)) (\(snapshot.origin)) is "
            + "for another algorithm"))
    }
  }

  /// KEY_NOT_FOUND: the keys are up to date and this one is not among them.
  func notFound(in snapshot: KeySnapshot) -> AuthError {
    var message: Diagnostic =
      "issuer \(quoted(issuer)) has no key for \(name) among its \(snapshot.keySet.keys.count) "
      + "(\(snapshot.origin)); "
    if let kid, let skipped = snapshot.keySet.skipped.first(where: { $0.kid == kid }) {
      message += "a key of this kid is there but cannot be used: " + skipped.reason
    } else if kid != nil, snapshot.keySet.keys.allSatisfy({ $0.kid == nil }) {
      message +=
        "none of them has a kid, so that nothing says which one it means; have the issuer publish its keys with their kid"
    } else {
      message +=
        "the token is of another authorization server, its key was withdrawn, or it is meant for the issuer "
        + "itself, as those of Okta's org authorization server are; have the client log in again, and compare the "
        + "issuer's settings here with where it logs in"
    }
    return AuthError(.keyNotFound, message)
  }

  /// KEYS_UNAVAILABLE: whether a newer key set has the key cannot be found out now.
  func withheld(from snapshot: KeySnapshot, cooldown: Int64) -> AuthError {
    AuthError(
      .keysUnavailable,
      "issuer \(quoted(issuer)) has no key for \(name) among its \(snapshot.keySet.keys.count) (\(snapshot.origin)), and they "
        + "were fetched for an unknown key just now; for such keys that is done once in \(cooldown / 1_000) s "
        + "(mcpauth_issuer_set_cooldown_seconds): ask again",
      cause: .outage)
  }

  private var name: Diagnostic { kid.map { "kid \(quoted($0))" } ?? "a token without kid" }
}
