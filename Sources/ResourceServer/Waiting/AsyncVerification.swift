import JOSE
import KeyService
import Support

/// How a verification ended that nobody waited for.
public enum Verdict: Sendable {
  case accepted(AuthInfo)
  case refused(AuthError)

  public func caller() throws(AuthError) -> AuthInfo {
    switch self {
    case .accepted(let info): return info
    case .refused(let failure): throw failure
    }
  }
}

/// A verification without anybody waiting: all of it runs on threads of the library, a custom verifier included.
extension Verifier {
  /// Gets the token from `credential`, verifies it, whatever scopes it has, and calls `answer` once, on a thread of the library and not before
  /// this returns; false when the system gives no thread, and then never. Without a token nothing is left to be answered.
  /// Once the last user is gone, what waits is answered with KEYS_UNAVAILABLE.
  public func authenticate(
    _ credential: @escaping @Sendable () throws(AuthError) -> ByteString?, answer: @escaping @Sendable (Verdict) -> Void
  ) -> Bool {
    work.add { self.begin(credential, answer) }
  }

  private func begin(
    _ credential: () throws(AuthError) -> ByteString?, _ answer: @escaping @Sendable (Verdict) -> Void
  ) {
    guard !users.areGone else { return answer(.refused(Self.freed)) }
    do throws(AuthError) {
      guard let token = try credential() else { return }
      // It may run before the lookup returns; nothing after the lookup depends on that.
      let resume: @Sendable (KeyLookup) -> Void = { lookup in
        let rest: @Sendable () -> Void = { self.finish(token, lookup, answer) }
        if !work.add(rest) { rest() }
      }
      let info = try authenticate(token, .calledBack(resume))
      if let info { return answer(.accepted(info)) }
      // The last user may have gone after the question above, and then nobody told the lookup.
      if users.areGone { close() }
    } catch {
      answer(.refused(error))
    }
  }

  private func finish(_ token: ByteString, _ lookup: KeyLookup, _ answer: @Sendable (Verdict) -> Void) {
    do throws(AuthError) {
      let info = try authenticate(token, .over(lookup))
      guard let info else { throw AuthError(.internal, "a lookup was completed without a key and without a reason") }
      answer(.accepted(info))
    } catch {
      answer(.refused(error))
    }
  }

  private func authenticate(_ token: ByteString, _ wait: KeyWait) throws(AuthError) -> AuthInfo? {
    try token.withUnsafeBytes { (bytes) throws(AuthError) -> AuthInfo? in try authenticate(bytes, wait) }
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
