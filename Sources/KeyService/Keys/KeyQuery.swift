import JOSE
import Support

/// What a token asks of its issuer's keys.
struct KeyQuery: Sendable {
  let kid: ByteString?
  let algorithm: Algorithm
  let allowed: AlgorithmSet
  let issuer: ByteString

  enum Answer {
    case found(VerificationKey)
    /// Newer keys would not change it.
    case refused(Failure)
    /// Newer keys may have it.
    case unknown
  }

  func answer(from snapshot: KeySnapshot) -> Answer {
    switch snapshot.keySet.select(kid: kid, algorithm: algorithm, allowed: allowed) {
    case .found(let key): return .found(key)
    case .none: return .unknown
    case .ambiguous:
      return .refused(
        Failure(
          .keyNotFound,
          "\(name) fits several keys of issuer \(quoted(issuer)) (\(snapshot.origin)), and guessing is not done; "
            + "each key needs a kid of its own, and tokens must carry it"))
    case .algorithmMismatch:
      return .refused(
        Failure(
          .algorithmNotAllowed,
          "the token is signed with \(algorithm.name), and \(name) of issuer \(quoted(issuer)) (\(snapshot.origin)) is "
            + "not for that algorithm, or the configuration does not allow it; allowed: \(allowed.names)"))
    }
  }

  /// KEY_NOT_FOUND: the keys are up to date and this one is not among them.
  func notFound(in snapshot: KeySnapshot) -> Failure {
    var message: Message =
      "issuer \(quoted(issuer)) has no key for \(name) among its \(snapshot.keySet.keys.count) "
      + "(\(snapshot.origin)); "
    if let kid, let skipped = snapshot.keySet.skipped.first(where: { $0.kid == kid }) {
      message += "a key of this kid is there but cannot be used: " + skipped.reason
    } else {
      message += "the token is of another authorization server, or its key was withdrawn"
    }
    return Failure(.keyNotFound, message)
  }

  private var name: Message { kid.map { "kid \(quoted($0))" } ?? "a token without kid" }
}
