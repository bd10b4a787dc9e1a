import JOSE
import KeyService
import Support

/// How a verification ended that nobody waited for.
public typealias AsyncResult = Result<AuthInfo, AuthError>

/// A verification without anybody waiting: all of it runs on threads of the library, a custom verifier included.
extension Verifier {
  /// Gets the token from `credential`, verifies it, whatever scopes it has, and calls `answer` once, on a thread of the library and not before
  /// this returns; false when the system gives no thread, and then never. Without a token nothing is left to be answered.
  /// Once the last user is gone, what waits is answered with KEYS_UNAVAILABLE.
  public func authenticate(
    _ credential: @escaping @Sendable () throws(AuthError) -> ByteString?, answer: @escaping @Sendable (AsyncResult) -> Void
  ) -> Bool {
    work.add { self.begin(credential, answer) }
  }

  private func begin(
    _ credential: () throws(AuthError) -> ByteString?, _ answer: @escaping @Sendable (AsyncResult) -> Void
  ) {
    guard !users.areGone else { return answer(.failure(Self.freed)) }
    do throws(AuthError) {
      guard let token = try credential() else { return }
      let info = try authenticate(token) { (keys, claims) throws(AuthError) -> FoundKey? in
        // The completion may run before the lookup returns; nothing after the lookup depends on that.
        let subject = subject(of: claims)
        return try Self.calledBack(keys, claims) { lookup in
          let rest: @Sendable () -> Void = { self.finish(token, lookup, about: subject, answer) }
          if !work.add(rest) { rest() }
        }
      }
      if let info { answer(.success(info)) }
    } catch {
      answer(.failure(error))
    }
  }

  /// The fetch is over that the token's key had to be waited for.
  private func finish(
    _ token: ByteString, _ lookup: KeyLookup, about subject: Diagnostic?, _ answer: @Sendable (AsyncResult) -> Void
  ) {
    do throws(AuthError) {
      let key: FoundKey?
      do throws(AuthError) {
        key = try lookup.get()
      } catch {
        throw error.about(subject)
      }
      guard let info = try authenticate(token, { (_, _) in key }) else {
        throw AuthError(.internal, "a lookup was completed without a key and without a reason")
      }
      answer(.success(info))
    } catch {
      answer(.failure(error))
    }
  }

  private func authenticate(_ token: ByteString, _ key: KeyGetter) throws(AuthError) -> AuthInfo? {
    try token.withUnsafeBytes { (bytes) throws(AuthError) -> AuthInfo? in try authenticate(bytes, key) }
  }

  private static let freed = AuthError(.keysUnavailable, "the verifier was freed before the token could be verified")
}

/// OpenSSL takes itself down when the process exits, and a thread inside it would crash: threads are waited for first.
/// Handlers run in reverse order, so OpenSSL has to be started before this one is registered.
private let work: WorkQueue = {
  prepareForExit()
  atProcessExit { work.close(longest: 100) }
  return WorkQueue(beforeThreadEnds: releaseThreadState)
}()
