import Support
import Testing

@testable import ResourceServer

private func server(_ change: (Configuration) throws -> Void = { _ in }) throws -> TestVerifier {
  try TestVerifier { configuration in
    try configuration.addRequiredScope("read")
    try configuration.addOperationScope(.tool, "wipe", "wipe")
    try configuration.addOperationScope(.tool, "wipe", "write")
    try configuration.addOperationScope(.tool, "other", "all")
    try change(configuration)
  }
}

@Test(arguments: [
  (ChallengeScopes.required, "read"), (.operation, "read wipe write"), (.advertised, "read wipe write all"),
])
func a401AsksForTheScopesThatWereChosen(choice: ChallengeScopes, scopes: String) throws {
  #expect(try server { $0.setChallengeScopes(choice) }.challengedScopes(.call("wipe")) == scopes)
}

/// MCP authorization, runtime insufficient scope: one step-up has to be enough.
@Test(arguments: [
  ("read", "wipe", "read wipe write"), ("read wipe", "wipe", "read wipe write"),
  ("wipe write", "wipe", "read wipe write"),
  ("other", "free", "read"),
])
func a403AsksForAllScopesOfTheRequest(held: String, tool: String, asked: String) throws {
  let server = try server()
  let token = try TestVerifier.token(["scope": "\"\(held)\""])
  #expect(server.judge(.call(tool, token: token)) == .insufficientScope)
  #expect(server.challengedScopes(.call(tool, token: token)) == asked)
}

@Test func enoughScopesAreEnough() throws {
  let server = try server()
  let token = try TestVerifier.token(["scope": "\"read wipe write\""])
  #expect(server.judge(.call("wipe", token: token)) == .ok)
  #expect(server.judge(.call("other", token: token)) == .insufficientScope)
}

/// What may be seen is what may be called: the method's scopes count too.
@Test func aListShowsWhatMayBeUsed() throws {
  let server = try TestVerifier { (c) throws(AuthError) in
    try c.addOperationScope(.prompt, "p", "wipe")
    try c.addOperationScope(.resource, "file:///x", "wipe")
    try c.addOperationScope(.method, "prompts/get", "prompts")
  }
  let wiper = try server.verify(try TestVerifier.token(["scope": "\"wipe\""]))
  let both = try server.verify(try TestVerifier.token(["scope": "\"wipe prompts\""]))
  #expect(server.verifier.mayUse(.resource, "file:///x", wiper))
  for prompt: ByteString in ["p", "q"] {
    #expect(!server.verifier.mayUse(.prompt, prompt, wiper))
    #expect(server.verifier.mayUse(.prompt, prompt, both))
  }
  #expect(!server.verifier.mayUse(.prompt, "p", try server.verify(try TestVerifier.token(["scope": "\"prompts\""]))))
}
