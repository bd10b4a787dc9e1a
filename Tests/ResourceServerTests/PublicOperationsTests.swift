import Support
import Testing

@testable import ResourceServer

private func server(_ change: (Configuration) throws -> Void = { _ in }) throws -> TestVerifier {
  try TestVerifier { configuration in
    try configuration.addPublicOperation(.method, "initialize")
    try configuration.addPublicOperation(.tool, "free")
    try change(configuration)
  }
}

private func body(_ method: String) -> TestRequest {
  TestRequest(body: #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#)
}

@Test func whatIsPublicNeedsNoToken() throws {
  let server = try server()
  for request in [body("initialize"), .call("free")] {
    guard case .caller(let info) = request.answer(by: server.verifier) else {
      Issue.record("\(request.body) is refused")
      continue
    }
    #expect(info.isAnonymous && info.subject.isEmpty)
  }
}

@Test func nothingElseIsPublic() throws {
  let server = try server { try $0.addOperationScope(.tool, "guarded", "s") }
  for request in [body("ping"), .call("other"), .call("guarded"), TestRequest(method: "GET"), TestRequest(body: "{")] {
    #expect(server.judge(request) == .missingAuthHeader, "\(request.body)")
  }
  #expect(try TestVerifier().judge(.call("free")) == .missingAuthHeader)
}

@Test func aBatchIsPublicWhereAllOfItIs() throws {
  let server = try server()
  let free = TestRequest.call("free").body
  #expect(server.judge(TestRequest(body: "[\(free),\(free)]")) == .ok)
  #expect(server.judge(TestRequest(body: "[\(free),\(TestRequest.call("other").body)]")) == .missingAuthHeader)
  #expect(server.judge(TestRequest(body: #"[\#(free),{"id":1,"result":{}}]"#)) == .missingAuthHeader)
}

@Test func whatAScopeIsNeededForIsNotPublic() throws {
  let server = try server { try $0.addOperationScope(.tool, "free", "s") }
  #expect(server.judge(.call("free")) == .missingAuthHeader)
  #expect(server.judge(body("initialize")) == .ok, "the control")
}

@Test func whoBringsATokenIsJudgedByIt() throws {
  #expect(try server().judge(.call("free", token: "no.to.ken")) == .tokenMalformed)
}

@Test func anAnonymousCallerIsNoneWhereNothingIsPublicAnyMore() throws {
  let server = try server()
  guard case .caller(let info) = TestRequest.call("free").answer(by: server.verifier) else {
    Issue.record("a public tool is refused")
    return
  }
  #expect(result { () throws(AuthError) in try server.verifier.check(info) } == .ok)
  let newer = try TestVerifier()
  #expect(result { () throws(AuthError) in try newer.verifier.check(info) } == .missingAuthHeader)
}
