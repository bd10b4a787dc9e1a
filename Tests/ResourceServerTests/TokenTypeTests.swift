import Support
import Testing

@testable import ResourceServer

private func header(_ type: String) -> String { #"{"alg":"HS256","typ":""# + type + "\"}" }

@Test(arguments: ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/jwt"])
func anAccessTokensTypePasses(type: String) throws { #expect(try TestVerifier().judge(header: header(type)) == .ok) }

@Test(arguments: ["logout+jwt", "dpop+jwt", "application/dpop+jwt", "JOSE", "id_token+jwt", "", "at+jwt "])
func A41_anotherTypeIsNoAccessToken(type: String) throws {
  #expect(try TestVerifier().judge(header: header(type)) == .tokenType)
  let off = try TestVerifier { (c) throws(AuthError) in try c.dangerousDisableTokenTypeCheck() }
  #expect(try off.judge(header: header(type)) == .ok)
}

@Test func A41_anIDTokenIsKnownByItsClaims() throws {
  let server = try TestVerifier { try $0.addAudience("app") }
  let forApp = ["aud": "\"app\""]
  #expect(try server.judge(forApp) == .ok)
  #expect(try server.judge(forApp.merging(["nonce": "\"n\"", "azp": "\"app\""]) { $1 }) == .tokenType)
  #expect(try server.judge(forApp.merging(["at_hash": "\"h\"", "client_id": "\"app\""]) { $1 }) == .tokenType)
  #expect(try server.judge(forApp.merging(["at_hash": "\"h\""]) { $1 }) == .tokenType)
  #expect(
    try server.judge(forApp.merging(["nonce": "\"n\""]) { $1 }) == .tokenType, "Entra's and Auth0's name no client")
  #expect(
    try server.judge(forApp.merging(["nonce": "\"n\"", "azp": "\"other\""]) { $1 }) == .ok, "Keycloak's access token")
}

@Test func theProfileOfRFC9068RequiresItsClaims() throws {
  let server = try TestVerifier { (c) throws(AuthError) in try c.requireRFC9068() }
  let full = ["client_id": "\"app\"", "iat": "\(now)", "jti": "\"1\""]
  #expect(try server.judge(full, header: header("at+jwt")) == .ok)
  #expect(try server.judge(full, header: header("JWT")) == .tokenType)
  #expect(try server.judge(full) == .tokenType)
  for claim in ["client_id", "iat", "jti", "sub", "exp", "aud"] {
    #expect(try server.judge(full.merging([claim: ""]) { $1 }, header: header("at+jwt")) == .claimMissing, "\(claim)")
  }
  #expect(
    try server.judge(full.merging(["client_id": "", "azp": "\"app\""]) { $1 }, header: header("at+jwt"))
      == .claimMissing
  )
}

@Test func aTypeCheckCannotBeBothStrictAndOff() throws {
  #expect(throws: AuthError.self) {
    try TestVerifier { (c) throws(AuthError) in
      try c.requireRFC9068()
      try c.dangerousDisableTokenTypeCheck()
    }
  }
}
