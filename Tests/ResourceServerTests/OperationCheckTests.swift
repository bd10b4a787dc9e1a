import Support
import Testing

@testable import ResourceServer

/// A host's check that returns this, and asks for these scopes.
private final class Check: HostOperationCheck {
  private let returned: UInt32
  private let scopes: [ByteString]

  init(_ returned: UInt32, _ scopes: [ByteString] = []) { (self.returned, self.scopes) = (returned, scopes) }

  func check(_ info: AuthInfo, _ call: OperationCall, _ needed: NeededScopes) -> UInt32 {
    guard call.method == "tools/call", call.name == "wipe" else { return ResultCode.internal.rawValue }
    for scope in scopes {
      do throws(AuthError) { try needed.add(scope) } catch { needed.fail(error) }
    }
    return returned
  }
}

private func judge(_ check: Check, scope: String = "read") throws -> ResultCode {
  let server = try TestVerifier { $0.setOperationCheck(check) }
  return server.judge(.call("wipe", token: try TestVerifier.token(["scope": "\"\(scope)\""])))
}

@Test func theHostsCheckDecides() throws {
  #expect(try judge(Check(ResultCode.ok.rawValue)) == .ok)
  #expect(try judge(Check(ResultCode.operationNotAllowed.rawValue)) == .operationNotAllowed)
  #expect(try judge(Check(ResultCode.callbackFailed.rawValue)) == .callbackFailed)
}

@Test func theHostsCheckAsksForScopes() throws {
  let check = Check(ResultCode.ok.rawValue, ["wipe", "write", "wipe"])
  #expect(try judge(check, scope: "wipe write") == .ok)
  #expect(try judge(check) == .insufficientScope)
  let server = try TestVerifier { $0.setOperationCheck(check) }
  #expect(server.challengedScopes(.call("wipe", token: try TestVerifier.token())) == "wipe write")
}

@Test(arguments: [ResultCode.tokenExpired.rawValue, ResultCode.wouldBlock.rawValue, 7, UInt32.max])
func A34_anAnswerItMayNotGiveIsNoYes(returned: UInt32) throws {
  #expect(try judge(Check(returned)) == .internal)
}

@Test func A34_aScopeThatIsNoneFailsTheCheck() throws {
  for scope: ByteString in ["", "two words", "a\"b"] {
    #expect(try judge(Check(ResultCode.ok.rawValue, [scope])) == .internal)
  }
}
