import Support
import Testing
import VectorData

@testable import ResourceServer

private let dates = [
  ("exp", "\(now - 59)", ResultCode.ok), ("exp", "\(now - 60)", .tokenExpired), ("exp", "\(now - 59).5", .ok),
  ("exp", "\(now - 60).0", .tokenExpired), ("exp", "0", .tokenExpired), ("exp", "253402300799", .ok),
  ("exp", "253402300800", .claimInvalid), ("exp", "-1", .claimInvalid), ("exp", "9223372036854775807", .claimInvalid),
  ("exp", "9223372036854775808", .claimInvalid), ("exp", "1e400", .claimInvalid),
  ("exp", "\"\(now + 9)\"", .claimInvalid),
  ("exp", "true", .claimInvalid), ("exp", "null", .claimInvalid), ("exp", "[]", .claimInvalid),
  ("exp", "", .claimMissing),
  ("nbf", "\(now + 60)", .ok), ("nbf", "\(now + 61)", .tokenNotYetValid), ("nbf", "\(now + 60).5", .tokenNotYetValid),
  ("nbf", "\"1\"", .claimInvalid), ("nbf", "null", .claimInvalid),
  ("iat", "\(now + 60)", .ok), ("iat", "\(now + 61)", .tokenNotYetValid), ("iat", "{}", .claimInvalid),
]

@Test(arguments: dates.indices)
func A18_A39_dates(row: Int) throws {
  let (claim, value, expected) = dates[row]
  let server = try TestVerifier()
  #expect(try server.judge() == .ok, "the control")
  #expect(try server.judge([claim: value]) == expected, "\(claim) \(value)")
}

@Test func A39_theLeewayHasABound() throws {
  #expect(try TestVerifier { try $0.setLeeway(seconds: 300) }.judge(["exp": "\(now - 299)"]) == .ok)
  #expect(try TestVerifier { try $0.setLeeway(seconds: 0) }.judge(["exp": "\(now)"]) == .tokenExpired)
  #expect(throws: AuthError.self) { try TestVerifier { try $0.setLeeway(seconds: 301) } }
}

@Test func A19_audience() throws {
  let table = RuleTable("audiences")
  let server = try TestVerifier { (c) throws(AuthError) in try c.addAudience(ByteString(table.all.text("resource"))) }
  for row in table.rows() {
    #expect(try server.judge(["aud": row.json("aud") ?? ""]) == result(named: row.text("result")), "\(row)")
  }
}

@Test func A19_addedAudiencesTakeTheResourcesPlace() throws {
  let server = try TestVerifier { try $0.addAudience("api://app") }
  #expect(try server.judge(["aud": "\"api://app\""]) == .ok)
  #expect(try server.judge() == .audienceMismatch)
}

@Test func A19_aSlashIsForgivenAtTheRootOnlyAndOnRequest() throws {
  let change = { (c: Configuration) throws(AuthError) in try c.addAudience("https://root.example") }
  #expect(try TestVerifier(change).judge(["aud": "\"https://root.example/\""]) == .audienceMismatch)
  let forgiving = try TestVerifier { (c) throws(AuthError) in
    c.ignoreRootSlash()
    try change(c)
    try c.addAudience("https://api.example/mcp")
  }
  #expect(try forgiving.judge(["aud": "\"https://root.example/\""]) == .ok)
  #expect(try forgiving.judge(["aud": "\"https://api.example/mcp/\""]) == .audienceMismatch)
}

@Test func aTokenWithoutAudienceNeedsAnAllowedClient() throws {
  #expect(throws: AuthError.self) { try TestVerifier { $0.dangerousAllowMissingAudience() } }
  let server = try TestVerifier { (c) throws(AuthError) in
    c.dangerousAllowMissingAudience()
    try c.addAllowedClient("app")
  }
  #expect(try server.judge(["aud": "", "client_id": "\"app\""]) == .ok)
  #expect(try server.judge(["aud": "", "client_id": "\"other\""]) == .clientNotAllowed)
  #expect(try server.judge(["aud": ""]) == .clientNotAllowed)
  #expect(try server.judge(["aud": "[]", "client_id": "\"app\""]) == .audienceMismatch)
  #expect(try server.judge(["aud": "\"x\"", "client_id": "\"app\""]) == .audienceMismatch)
}

private let issuers = [
  (#""https://as.example/""#, ResultCode.issuerMismatch), (#""https://as.exampl""#, .issuerMismatch),
  (#""https://AS.example""#, .issuerMismatch), (#""https://as%2eexample""#, .issuerMismatch),
  (#"["https://as.example"]"#, .claimInvalid), ("null", .claimInvalid), ("", .claimMissing), (#""""#, .issuerMismatch),
]

@Test(arguments: issuers.indices)
func A20_issuer(row: Int) throws {
  #expect(try TestVerifier().judge(["iss": issuers[row].0]) == issuers[row].1, "\(issuers[row].0)")
}

@Test func theSubjectIsRequired() throws {
  #expect(try TestVerifier().judge(["sub": ""]) == .claimMissing)
  #expect(try TestVerifier().judge(["sub": "\"\""]) == .claimInvalid)
  #expect(try TestVerifier().judge(["sub": "7"]) == .claimInvalid)
  #expect(try TestVerifier { $0.dangerousAllowMissingSubject() }.judge(["sub": ""]) == .ok)
  #expect(try TestVerifier { $0.dangerousAllowMissingSubject() }.judge(["sub": "7"]) == .claimInvalid)
}

@Test func aMissingExpiryIsAcceptedOnRequestAndAWrongOneNever() throws {
  let server = try TestVerifier { $0.dangerousAllowMissingExpiry() }
  #expect(try server.judge(["exp": ""]) == .ok)
  #expect(try server.judge(["exp": "\(now - 60)"]) == .tokenExpired)
  #expect(try server.judge(["exp": "null"]) == .claimInvalid)
}

@Test func theMaximumAgeIsJudgedByIssuedAt() throws {
  let server = try TestVerifier { try $0.setMaximumTokenAge(seconds: 100) }
  #expect(try server.judge(["iat": "\(now - 159)"]) == .ok)
  #expect(try server.judge(["iat": "\(now - 160)"]) == .tokenExpired)
  #expect(try server.judge() == .claimMissing)
}

@Test func aBoundTokenIsNoBearerToken() throws {
  #expect(try TestVerifier().judge(["cnf": #"{"jkt":"x"}"#]) == .bindingMismatch)
  #expect(try TestVerifier().judge(["cnf": "null"]) == .bindingMismatch)
}
