import Support
import Testing
import VectorData

@testable import ResourceServer

private func scopes(_ changes: [String: String], _ server: TestVerifier) throws -> [String] {
  let info = try server.verify(try TestVerifier.token(changes))
  return (0..<info.scopeCount).map { String(decoding: info.scope($0)!, as: UTF8.self) }
}

@Test func A41_scopesAreWholeWordsOfTheFirstClaimThatIsThere() throws {
  let server = try TestVerifier()
  let strict = try TestVerifier { (c) throws(AuthError) in try c.addRequiredScope("read") }
  for row in RuleTable("scopes").rows() {
    let claims = row.row("claims").jsonMembers
    #expect(try strict.judge(claims) == result(named: row.text("result")), "\(row)")
    switch row.text("result") {
    case "OK": #expect(try scopes(claims, server) == row.texts("scopes"), "\(row)")
    case "CLAIM_INVALID": #expect(try server.judge(claims) == .claimInvalid, "\(row)")
    default: #expect(try server.judge(claims) == .ok, "\(row)")
    }
  }
  #expect(try scopes(["scope": "\"\"", "scp": "\"c\""], server) == [])
}

@Test func configuredClaimsAddScopes() throws {
  let server = try TestVerifier { (c) throws(AuthError) in
    try c.addScopeClaim("permissions")
    try c.addScopeClaim("resource_access.{client}.roles")
  }
  let claims = [
    "scope": "\"a\"", "permissions": #"["p","a"]"#, "azp": "\"app\"",
    "resource_access": #"{"app":{"roles":["r"]},"other":{"roles":["no"]}}"#,
  ]
  #expect(try scopes(claims, server) == ["a", "p", "r"])
  #expect(try server.judge(["permissions": "7"]) == .claimInvalid)
}

@Test func A41_requiredScopesAreWholeWordsAndAllOfThem() throws {
  let server = try TestVerifier { (c) throws(AuthError) in
    try c.addRequiredScope("read")
    try c.addRequiredScope("write")
    try c.addScopeImplication("admin", implies: "write")
  }
  #expect(try server.judge(["scope": "\"write read\""]) == .ok)
  #expect(try server.judge(["scope": "\"admin read\""]) == .ok)
  #expect(try server.judge(["scope": "\"read\""]) == .insufficientScope)
  #expect(try server.judge(["scope": "\"readwrite write\""]) == .insufficientScope)
  #expect(try server.judge(["scope": #""read\twrite write""#]) == .insufficientScope)
  #expect(try server.judge(["scope": #"["read write"]"#]) == .insufficientScope)
  #expect(try server.judge() == .insufficientScope)
}

@Test func aGoodTokenIsAskedForBeforeItsScopes() throws {
  let server = try TestVerifier { try $0.addRequiredScope("read") }
  #expect(try server.judge(["exp": "\(now - 600)"]) == .tokenExpired)
}

@Test func requiredClaimsAreComparedByValue() throws {
  let server = try TestVerifier { (c) throws(AuthError) in
    try c.addRequiredClaim("tid", "a")
    try c.addRequiredClaim("tid", "b")
    try c.addRequiredClaim("groups", "staff")
    try c.addRequiredClaim("ext.level", "3")
  }
  let good = ["tid": "\"b\"", "groups": #"["x","staff"]"#, "ext": #"{"level":3}"#]
  #expect(try server.judge(good) == .ok)
  #expect(try server.judge(good.merging(["tid": "\"c\""]) { $1 }) == .claimInvalid)
  #expect(try server.judge(good.merging(["tid": ""]) { $1 }) == .claimMissing)
  #expect(try server.judge(good.merging(["groups": #"["staffer"]"#]) { $1 }) == .claimInvalid)
  #expect(try server.judge(good.merging(["ext": #"{"level":[4]}"#]) { $1 }) == .claimInvalid)
}

@Test func theClientIsReadFromItsNamesInOrder() throws {
  let server = try TestVerifier()
  func client(_ changes: [String: String]) throws -> String {
    String(decoding: try server.verify(try TestVerifier.token(changes)).clientID, as: UTF8.self)
  }
  #expect(try client(["client_id": "\"a\"", "azp": "\"b\""]) == "a")
  #expect(try client(["azp": "\"b\"", "appid": "\"c\""]) == "b")
  #expect(try client(["appid": "\"c\"", "cid": "\"d\""]) == "c")
  #expect(try client(["cid": "\"d\""]) == "d")
  #expect(try client(["cid": "7"]) == "")
  #expect(try server.judge(["client_id": "7"]) == .claimInvalid)
}

@Test func noTwoPrincipalsReadAlike() throws {
  let server = try TestVerifier()
  func principal(_ subject: String, _ client: String) throws -> String {
    let info = try server.verify(try TestVerifier.token(["sub": "\"\(subject)\"", "client_id": "\"\(client)\""]))
    return String(decoding: info.principal, as: UTF8.self)
  }
  #expect(try principal("a", "b") == principal("a", "b"))
  #expect(try principal("a,1:b", "c") != principal("a", "b,1:c"))
}

@Test func whereRulesAreRequiredAToolWithoutOneIsRefused() throws {
  var rules = OperationRules()
  let tool = { (name: ByteString) in Operation(kind: .tool, name: name) }
  rules.add(.tool, "wipe", "admin")
  rules.publicOperations.add(tool("help"))
  #expect(try rules.scopes(for: tool("other")) == [])
  rules.requiresToolRules = true
  #expect(try rules.scopes(for: tool("wipe")) == ["admin"])
  #expect(try rules.scopes(for: tool("help")) == [] && rules.isFree(tool("help")))
  #expect(!rules.isFree(tool("other")) && !rules.isFree(tool("wipe")))
  #expect(try rules.scopes(for: [Operation(kind: .method, name: "tools/call")]) == [])
  do throws(AuthError) {
    _ = try rules.scopes(for: [tool("wipe"), tool("other")])
    Issue.record("a tool without a rule passed")
  } catch {
    #expect(error.result == .operationNotAllowed)
  }
  var alone = OperationRules()
  alone.requiresToolRules = true
  #expect(!alone.isEmpty, "the body has to be read for it")
}
