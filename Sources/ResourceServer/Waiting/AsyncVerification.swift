import JOSE
import KeyService
import Support

/// How a verification ended that nobody waited for.
public typealias AsyncResult = Result<AuthInfo, AuthError>

/// Verifications without anybody waiting: all of it runs on threads of the library, a custom verifier included, and the
/// answer comes once, on such a thread and not before the call returns. False: the system gives no thread, and there will be
/// no answer. Once the last user is gone, what waits is answered with KEYS_UNAVAILABLE.
extension Verifier {
  /// One token, as `verify` judges it. INVALID_ARGUMENT, NO_MEMORY: it is not copied, and there will be no answer.
  public func verifyLater(
    _ token: UnsafeRawBufferPointer, answer: @escaping @Sendable (AsyncResult) -> Void
  ) throws(AuthError) -> Bool {
    let count = token.count
    guard count <= WaitingBytes.longestText else {
      throw AuthError(.invalidArgument, "the token is too long to be copied")
    }
    let copy = try WaitingBytes.make(min(count, UnverifiedToken.defaultMaxBytes))
    copy.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: token.prefix(copy.bytes.count)))
    return work.add {
      do throws(AuthError) {
        try self.checkUsers()
        try UnverifiedToken.check(byteCount: count)
      } catch {
        return answer(.failure(error))
      }
      self.authenticate(TextView(UnsafeRawBufferPointer(copy.bytes)), keptIn: copy) { result in
        answer(
          result.flatMap { (info) in
            do throws(AuthError) {
              try self.requireBasicScopes(of: info)
              return .success(info)
            } catch {
              return .failure(error)
            }
          })
      }
    }
  }

  /// One request, as `judge` judges it: its parts are those of the call that waits.
  public func judgeLater(
    _ request: consuming MCPRequest, isWhole: Bool, answer: @escaping @Sendable (Answer) -> Void
  ) throws(AuthError) -> Bool {
    let withBody = readsBody(of: request, isWhole: isWhole)
    let copy = try RequestCopy.of(request, withBody: withBody)
    return work.add { self.begin(copy, isWhole: isWhole, answer) }
  }

  private func begin(_ copy: RequestCopy, isWhole: Bool, _ answer: @escaping @Sendable (Answer) -> Void) {
    do throws(AuthError) {
      try checkUsers()
      if let early = try judgeBeforeToken(copy.request, &copy.operations, isWhole: isWhole) { return answer(early) }
      let field = copy.request.authorization
      let token = try BearerCredential(field: field.first, count: field.count).token
      try UnverifiedToken.check(byteCount: token.count)
      authenticate(TextView(token), keptIn: copy.memory) { result in
        answer(self.conclude(result, copy, isWhole: isWhole))
      }
    } catch {
      answer(.denied(error, denial(of: error, to: copy.request, copy.operations)))
    }
  }

  private func conclude(_ result: AsyncResult, _ copy: RequestCopy, isWhole: Bool) -> Answer {
    do throws(AuthError) {
      let caller = try result.get()
      if isWhole, !copy.hasBody { try copy.request.requireBody() }
      try checkScopes(copy.request, &copy.operations, of: caller)
      return .caller(caller)
    } catch {
      return .denied(error, denial(of: error, to: copy.request, copy.operations))
    }
  }

  private func authenticate(
    _ token: TextView, keptIn memory: WaitingBytes, _ answer: @escaping @Sendable (AsyncResult) -> Void
  ) {
    do throws(AuthError) {
      let info = try authenticate(token.bytes) { (keys, claims) throws(AuthError) -> FoundKey? in
        // The completion may run before the lookup returns; nothing after the lookup depends on that.
        let subject = subject(of: claims)
        return try Self.calledBack(keys, claims) { found in
          let rest: @Sendable () -> Void = {
            self.finish(token, found, about: subject, answer)
            withExtendedLifetime(memory) {}
          }
          if !work.add(rest) { rest() }
        }
      }
      if let info { answer(.success(info)) }
    } catch {
      answer(.failure(error))
    }
    withExtendedLifetime(memory) {}
  }

  /// The fetch is over that the token's key had to be waited for.
  private func finish(
    _ token: TextView, _ found: KeyAnswer, about subject: Diagnostic?, _ answer: @Sendable (AsyncResult) -> Void
  ) {
    do throws(AuthError) {
      let key = try found.mapError { $0.about(subject) }.get()
      guard let info = try authenticate(token.bytes, { (_, _) in key }) else {
        throw AuthError(.internal, "a token with its key at hand was to wait for it")
      }
      answer(.success(info))
    } catch {
      answer(.failure(error))
    }
  }

  private func checkUsers() throws(AuthError) {
    guard users.areGone else { return }
    throw AuthError(.keysUnavailable, "the verifier was freed before the token could be verified")
  }
}

/// OpenSSL takes itself down when the process exits, and a thread inside it would crash: threads are waited for first.
/// Handlers run in reverse order, so OpenSSL has to be started before this one is registered.
private let work: WorkQueue = {
  prepareForExit()
  atProcessExit { work.close(longest: 100) }
  return WorkQueue(beforeThreadEnds: releaseThreadState)
}()
