import Support
import Testing

@testable import ResourceServer

private func server(key: UInt8? = nil) throws -> TestVerifier {
  try TestVerifier { (c) throws(AuthError) in
    guard let key else { return }
    try [UInt8](repeating: key, count: 32).withUnsafeBytesTyped { (bytes) throws(AuthError) in
      try c.setSessionKey(bytes)
    }
  }
}

private func caller(_ server: TestVerifier, _ subject: String = "alice") throws -> AuthInfo {
  try server.verify(try TestVerifier.token(["sub": "\"\(subject)\""]))
}

/// The id's length, or how it is refused.
private func check(_ server: TestVerifier, _ value: ByteString, of info: AuthInfo) -> Result<Int, AuthError> {
  value.withUnsafeBytes { bytes in
    do throws(AuthError) {
      return .success(try server.verifier.checkSession(bytes, of: info))
    } catch {
      return .failure(error)
    }
  }
}

private func result(_ server: TestVerifier, _ value: ByteString, of info: AuthInfo) -> ResultCode {
  if case .failure(let error) = check(server, value, of: info) { error.result } else { .ok }
}

@Test func aSessionIsFoundByItsCallerAlone() throws {
  let server = try server()
  let alice = try caller(server)
  let value = try server.verifier.bindSession("a.b", to: alice)
  #expect(try check(server, value, of: alice).get() == 3)
  #expect(result(server, value, of: try caller(server, "bob")) == .sessionNotFound)
  #expect(result(server, value + "x", of: alice) == .sessionNotFound)
  #expect(result(server, "", of: alice) == .invalidRequest)
}

@Test func A58_aMACUnderAnotherKeyIsNone() throws {
  let (one, same, other) = (try server(key: 1), try server(key: 1), try server(key: 2))
  let alice = try caller(one)
  let value = try one.verifier.bindSession("7", to: alice)
  #expect(result(same, value, of: alice) == .ok)
  #expect(result(other, value, of: alice) == .sessionNotFound)
  #expect(result(try server(), value, of: alice) == .sessionNotFound, "its own is random")
}

@Test(arguments: ["", " ", "a b", "\u{e9}", "\n", String(repeating: "x", count: 129)])
func anIDThatNoHeaderFieldShouldHoldIsRefused(id: String) throws {
  let server = try server()
  let alice = try caller(server)
  #expect(throws: AuthError.self) { try server.verifier.bindSession(ByteString(id), to: alice) }
}
