import JOSE
import KeyService
import Support

extension Verifier {
  /// Gets the key for a token of an issuer: `waiting` for a fetch, `withoutWaiting`, or from a fetch that is over. nil: it
  /// has to be waited for.
  typealias KeyGetter = (IssuerKeys, borrowing UnverifiedClaims) throws(AuthError) -> FoundKey?

  /// Verifies one token, given without its scheme. `waits`: for a key fetch, if need be; else the result is nil then, and
  /// the fetch is under way. A custom verifier runs in the caller in any case.
  public func verify(_ token: UnsafeRawBufferPointer, waits: Bool) throws(AuthError) -> AuthInfo? {
    guard let info = try authenticate(token, waits ? Self.waiting : Self.withoutWaiting) else { return nil }
    try requireBasicScopes(of: info)
    return info
  }

  /// The same whatever scopes the token has.
  func authenticate(_ token: UnsafeRawBufferPointer, _ key: KeyGetter) throws(AuthError) -> AuthInfo? {
    if let cached = cached(token) { return cached }
    return try verifyNew(token, key)
  }

  static func waiting(_ keys: IssuerKeys, _ claims: borrowing UnverifiedClaims) throws(AuthError) -> FoundKey? {
    let header = claims.header
    return try keys.key(kid: header.kid, thumbprints: header.thumbprints, algorithm: header.algorithm)
  }

  static func withoutWaiting(_ keys: IssuerKeys, _ claims: borrowing UnverifiedClaims) throws(AuthError) -> FoundKey? {
    try calledBack(keys, claims, nil)
  }

  /// Where the key has to be waited for, `completion` is called later, on a thread of the library.
  static func calledBack(
    _ keys: IssuerKeys, _ claims: borrowing UnverifiedClaims, _ completion: (@Sendable (KeyAnswer) -> Void)?
  ) throws(AuthError) -> FoundKey? {
    let header = claims.header
    return try keys.keyWithoutWaiting(
      kid: header.kid, thumbprints: header.thumbprints, algorithm: header.algorithm, completion: completion)
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
