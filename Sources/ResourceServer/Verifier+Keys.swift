import JOSE
import KeyService
import Support

/// What to do about a key that has to be fetched first.
enum KeyWait: Sendable {
  case waits
  case never
  /// Does not wait either; the completion is called later, on a thread of the library.
  case calledBack(@Sendable (KeyLookup) -> Void)
  /// It was waited for, and this came of it.
  case over(KeyLookup)
}

extension Verifier {
  /// Verifies one token, given without its scheme. `waits`: for a key fetch, if need be; else the result is nil then, and
  /// the fetch is under way. A custom verifier runs in the caller in any case.
  public func verify(_ token: UnsafeRawBufferPointer, waits: Bool) throws(AuthError) -> AuthInfo? {
    guard let info = try authenticate(token, waits ? .waits : .never) else { return nil }
    try requireBasicScopes(of: info)
    return info
  }

  /// The same whatever scopes the token has.
  func authenticate(_ token: UnsafeRawBufferPointer, _ wait: KeyWait) throws(AuthError) -> AuthInfo? {
    if let cached = cached(token) { return cached }
    return try verifyNew(token, wait)
  }

  /// The key for a token with this header, and the number of a key set it is in (0: of none that is in use now); nil when
  /// it has to be waited for.
  func key(
    _ keys: IssuerKeys, _ header: JOSEHeader, _ wait: KeyWait
  ) throws(AuthError) -> (key: VerificationKey, generation: UInt64)? {
    let before = keys.generation
    guard let found = try keys.key(header, wait) else { return nil }
    if case .over = wait {} else if before == keys.generation { return (found, before) }
    // The set was fetched for this, or replaced meanwhile. The number is read before the key again: at worst it is that of
    // an older set, and what is kept under it will not be used.
    let newer = keys.generation
    if case .found(let key) = keys.keyWithoutWaiting(
      kid: header.kid, thumbprints: header.thumbprints, algorithm: header.algorithm)
    {
      return (key, newer)
    }
    return (found, 0)
  }

  /// Fetches the keys of all issuers that are not at hand, at the same time, and waits for them. The first failure is
  /// thrown after all were tried.
  public func prefetch() throws(AuthError) {
    let all = issuers.all
    for keys in all { keys.startPrefetch() }
    var first: AuthError?
    for keys in all {
      do throws(AuthError) {
        try keys.prefetch()
      } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
  }
}

extension IssuerKeys {
  fileprivate func key(_ header: JOSEHeader, _ wait: KeyWait) throws(AuthError) -> VerificationKey? {
    let lookup: KeyLookup
    switch wait {
    case .waits: return try key(kid: header.kid, thumbprints: header.thumbprints, algorithm: header.algorithm)
    case .never:
      lookup = keyWithoutWaiting(kid: header.kid, thumbprints: header.thumbprints, algorithm: header.algorithm)
    case .calledBack(let completion):
      lookup = keyWithoutWaiting(
        kid: header.kid, thumbprints: header.thumbprints, algorithm: header.algorithm, completion: completion)
    case .over(let outcome): lookup = outcome
    }
    switch lookup {
    case .found(let key): return key
    case .failed(let failure): throw failure
    case .wouldBlock: return nil
    }
  }
}
