import Support
import Testing

@testable import ResourceServer

// A caller who was let in is judged again later, by a verifier whose rules may be newer: for streams.

private func refusal(of info: AuthInfo, by verifier: Verifier) -> ResultCode? {
  do throws(AuthError) {
    try verifier.check(info)
    return nil
  } catch {
    return error.result
  }
}

@Test func aCallerIsJudgedByTheRulesOfTheVerifierThatIsAsked() throws {
  let info = try TestVerifier().verify(try TestVerifier.token(["scope": "\"read\""]))
  #expect(refusal(of: info, by: try TestVerifier().verifier) == nil)
  let stricter = try TestVerifier { (c) throws(AuthError) in try c.addRequiredScope("write") }
  #expect(refusal(of: info, by: stricter.verifier) == .insufficientScope)
  let elsewhere = try TestVerifier { (c) throws(AuthError) in try c.addAudience("https://other.example") }
  #expect(refusal(of: info, by: elsewhere.verifier) == .audienceMismatch)
}

@Test func anIssuerThatIsNoLongerTrustedVouchesForNobody() throws {
  let info = try TestVerifier().verify(try TestVerifier.token())
  let configuration = Configuration()
  configuration.setClock(FixedClock())
  try configuration.setResource("https://api.example/mcp")
  let other = try configuration.addIssuer("https://other.example")
  try secret.withUnsafeBytesTyped { (bytes) throws(AuthError) in
    try other.addSharedSecret(bytes, algorithm: "HS256", kid: nil)
  }
  let newer = try Verifier(configuration, fetcher: NoNetwork())
  #expect(refusal(of: info, by: newer) == .issuerMismatch)
}
