import Support
import TestTokens
import Testing

@testable import ResourceServer

private let template = "https://login.example/{tenantid}/v2.0"
private let issuerOfT1 = "https://login.example/t1/v2.0"

/// An issuer with the tenants t1 and t2, whose key says that it is of `keyIssuer`, as JSON; nil where it does not say.
private struct Tenants {
  let key: TestKey
  let verifier: Verifier

  init(keyIssuer: String? = nil) throws {
    key = try TestKey(.ed25519)
    let configuration = Configuration()
    configuration.setClock(FixedClock())
    try configuration.setResource("https://api.example/mcp")
    let issuer = try configuration.addIssuer("https://login.example/common")
    try issuer.addTenantTemplate(ByteString(template))
    for tenant: ByteString in ["t1", "t2"] { try issuer.addTenant(tenant) }
    var members = ["kid": "1"]
    if let keyIssuer { members["issuer"] = keyIssuer }
    try key.jwks(members).withUnsafeBytes { text in try issuer.setJWKS(json: text) }
    verifier = try Verifier(configuration, fetcher: NoNetwork())
  }

  /// tid is JSON; an empty one takes the claim away.
  func judge(iss: String = issuerOfT1, tid: String = #""t1""#) throws -> ResultCode {
    let tenant = tid.isEmpty ? "" : #","tid":\#(tid)"#
    return verifier.ask(
      try TestToken.signed(
        header: #"{"alg":"EdDSA","kid":"1"}"#,
        payload: ByteString(
          #"{"iss":"\#(iss)","aud":"https://api.example/mcp","sub":"a","exp":\#(now + 600)\#(tenant)}"#), by: key))
  }
}

@Test func aTenantsTokenNamesItsTenantInTid() throws {
  let tenants = try Tenants()
  #expect(try tenants.judge() == .ok)
  #expect(try tenants.judge(iss: "https://login.example/t2/v2.0", tid: #""t2""#) == .ok)
  for tid in [#""t2""#, #""T1""#, #""""#, "1", "null", #"["t1"]"#, ""] {
    #expect(try tenants.judge(tid: tid) == .issuerMismatch, "\(tid)")
  }
}

@Test(arguments: [
  "https://login.example/t3/v2.0", "https://login.example/common", "https://login.example/{tenantid}/v2.0",
  "https://login.example/t1/v2.0/", "https://login.example/T1/v2.0", "https://login.example//v2.0",
])
func whoIsNoTenantIsNotTrusted(iss: String) throws {
  #expect(try Tenants().judge() == .ok, "the control")
  #expect(try Tenants().judge(iss: iss) == .issuerMismatch)
}

/// All tenants' tokens are signed with the same keys, but for those that say whose they are.
@Test(arguments: [
  (template, ResultCode.ok), (issuerOfT1, .ok), ("https://login.example/t2/v2.0", .issuerMismatch),
  ("https://login.example/common", .issuerMismatch), ("", .issuerMismatch),
])
func aTenantsKeyIsForItsTokensAlone(keyIssuer: String, expected: ResultCode) throws {
  #expect(try Tenants(keyIssuer: keyIssuer).judge() == expected)
}
