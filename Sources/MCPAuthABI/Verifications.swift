import CMCPAuth
import ResourceServer
import Support

// One token, in the three ways to wait for keys.

private func verify(
  _ verifier: OpaquePointer?, _ token: UnsafePointer<CChar>?, _ count: Int,
  _ out: UnsafeMutablePointer<OpaquePointer?>?, _ err: UnsafeMutablePointer<OpaquePointer?>?,
  waits: Bool
) -> mcpauth_result {
  out?.pointee = nil
  err?.pointee = nil
  let result = borrow(verifier, as: Verifier.self) { verifier in
    do throws(AuthError) {
      guard let out else { throw AuthError(.nullParameter, "out is NULL") }
      guard let info = try verifier.verify(try textArgument(token, count, "token"), waits: waits) else {
        return verifier.noted(.wouldBlock)
      }
      out.pointee = retained(info)
      return verifier.noted(.ok)
    } catch {
      _ = verifier.noted(error)
      return report(error, err)
    }
  }
  return result ?? report(AuthError(.nullParameter, "verifier is NULL"), err)
}

extension Verifier {
  func noted(_ result: ResultCode) -> mcpauth_result {
    note(result)
    return result.rawValue
  }

  func noted(_ failure: AuthError) -> mcpauth_result {
    note(failure, name: describe(failure.result).name)
    return failure.result.rawValue
  }
}

@implementation @c
public func mcpauth_verify(
  _ verifier: OpaquePointer!, _ token: UnsafePointer<CChar>!, _ token_len: Int,
  _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  verify(verifier, token, token_len, out, err, waits: true)
}

@implementation @c
public func mcpauth_try_verify(
  _ verifier: OpaquePointer!, _ token: UnsafePointer<CChar>!, _ token_len: Int,
  _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  verify(verifier, token, token_len, out, err, waits: false)
}

@implementation @c
public func mcpauth_verify_async(
  _ verifier: OpaquePointer!, _ token: UnsafePointer<CChar>!, _ token_len: Int, _ done: mcpauth_verify_done_fn!,
  _ userdata: UnsafeMutableRawPointer!
) -> mcpauth_result {
  guard let verifier = object(verifier, as: Verifier.self), let done, token != nil,
    let token = bytesArgument(token, token_len)
  else { return ResultCode.nullParameter.rawValue }
  let userdata = HostPointer(userdata)
  do throws(AuthError) {
    let isBegun = try verifier.verifyLater(token) { result in
      do throws(AuthError) {
        let info = try result.get()
        done(userdata.pointer, verifier.noted(.ok), retained(info), nil)
      } catch {
        done(userdata.pointer, verifier.noted(error), nil, retained(ErrorObject(error)))
      }
    }
    return (isBegun ? ResultCode.ok : .noMemory).rawValue
  } catch {
    return error.result.rawValue
  }
}

/// A pointer of the host's, handed through to it.
struct HostPointer: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
  init(_ pointer: UnsafeMutableRawPointer?) { self.pointer = pointer }
}
