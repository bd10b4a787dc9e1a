import JOSE
import KeyService
import Support
import TestTokens
import Testing

@testable import ResourceServer

/// Attack A33: what a cache of verified tokens must never do.
struct TokenCacheTests {
  @Test func A33_aTokenIsKeptOnceAndKnownAgain() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    #expect(!verifier.isCached(token))
    #expect(verifier.ask(token) == .ok)
    #expect(verifier.isCached(token))
    #expect(verifier.ask(token) == .ok)
    #expect(verifier.cachedTokens == 1)
  }

  @Test func A33_whatIsKnownIsWhatWasVerified() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token(7, #","scope":"a b","client_id":"c""#)
    let first = try #require(try token.withUnsafeBytes { try verifier.verify($0, waits: true) })
    let again = try #require(token.withUnsafeBytes { verifier.cached($0) })
    for info in [first, again] {
      #expect(ByteString(info.token) == token)
      #expect(ByteString(info.subject) == "u7")
      #expect(ByteString(info.issuer) == fixture.issuer)
      #expect(ByteString(info.clientID) == "c")
      #expect(info.scopeCount == 2 && info.audienceCount == 1)
      #expect(info.expiresAt == fixture.clock.now() + 600)
    }
    #expect(ByteString(first.claimsJSON) == ByteString(again.claimsJSON))
    #expect(ByteString(first.principal) == ByteString(again.principal))
  }

  /// A clock that steps back makes a cached token one of the future.
  @Test func A33_aCachedTokenIsNotValidBeforeItsTime() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok && verifier.isCached(token))
    fixture.clock.step(seconds: -60)
    #expect(verifier.ask(token) == .ok, "within the leeway")
    fixture.clock.step(seconds: -1)
    #expect(verifier.ask(token) == .tokenNotYetValid)
    fixture.clock.step(seconds: 1)
    #expect(verifier.ask(token) == .ok)
  }

  @Test func A33_failuresAreNotKept() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier { (configuration) throws(AuthError) in
      try configuration.addRequiredScope("needed")
    }
    let forged = try fixture.token(1, #","scope":"needed""#, by: TestKey(.ed25519))
    #expect(verifier.ask(forged) == .signatureInvalid)
    #expect(verifier.ask(try fixture.token(2)) == .insufficientScope)
    #expect(verifier.ask(try fixture.token(3, kid: "2")) == .keyNotFound)
    #expect(verifier.ask("not.a.token") == .tokenMalformed)
    fixture.clock.step(seconds: -10_000)
    let old = try fixture.token(4, #","scope":"needed""#)
    fixture.clock.step(seconds: 10_000)
    #expect(verifier.ask(old) == .tokenExpired)
    #expect(verifier.cachedTokens == 0)
    #expect(verifier.ask(try fixture.token(5, #","scope":"needed""#)) == .ok)  // the control
    #expect(verifier.cachedTokens == 1)
  }

  @Test func A33_badTokensNeverTakeARoom() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let good = try fixture.token()
    #expect(verifier.ask(good) == .ok)
    let held = verifier.cachedBytes
    for number in 0..<2_000 {
      let bad = good.dropLast(6) + Base64URL.encode([UInt8(number >> 8), UInt8(number & 0xFF), 1]) + "AA"
      #expect(verifier.ask(bad) != .ok)
    }
    #expect(verifier.cachedBytes == held && verifier.isCached(good))
  }

  @Test func A33_expiryIsJudgedAtEveryUse() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    fixture.clock.step(seconds: 600 + 59)  // leeway 60
    #expect(verifier.isCached(token) && verifier.ask(token) == .ok)
    fixture.clock.step(seconds: 1)
    #expect(verifier.ask(token) == .tokenExpired)
    #expect(verifier.cachedTokens == 0)
  }

  @Test func A33_aFractionOfExpCounts() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier { (configuration) throws(AuthError) in try configuration.setLeeway(seconds: 0) }
    let now = fixture.clock.now()
    let token = try TestToken.signed(
      header: #"{"alg":"EdDSA","kid":"1"}"#,
      payload: ByteString(
        #"{"iss":"https://as.example.com","aud":"https://mcp.example.com/mcp","sub":"u","exp":\#(now + 9).5}"#),
      by: fixture.key)
    #expect(verifier.ask(token) == .ok)
    fixture.clock.step(seconds: 9)
    #expect(verifier.isCached(token) && verifier.ask(token) == .ok)
    fixture.clock.step(seconds: 1)
    #expect(verifier.ask(token) == .tokenExpired)
  }

  @Test func A39_aClockThatStepsBackIsBelieved() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    fixture.clock.step(seconds: -60)
    #expect(verifier.isCached(token))
    fixture.clock.step(seconds: -1)
    #expect(!verifier.isCached(token))
    #expect(verifier.ask(token) == .tokenNotYetValid)
    fixture.clock.step(seconds: 61)
    #expect(verifier.ask(token) == .ok)
  }

  @Test func A33_theMaximumTokenAgeIsJudgedAtEveryUse() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier { (configuration) throws(AuthError) in
      try configuration.setMaximumTokenAge(seconds: 100)
    }
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    fixture.clock.step(seconds: 159)
    #expect(verifier.isCached(token))
    fixture.clock.step(seconds: 1)
    #expect(verifier.ask(token) == .tokenExpired)
  }

  @Test func A33_anEntryDiesWithItsKeySet() throws {
    let fixture = try CacheFixture()
    let server = KeyServer()
    let verifier = try fixture.verifier(fetchingFrom: server)
    server.serve(fixture.key.jwks(["kid": "1"]))
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    #expect(verifier.isCached(token))

    let successor = try TestKey(.ed25519)
    server.serve(successor.jwks(["kid": "2"]))
    #expect(verifier.ask(try fixture.token(1, by: successor, kid: "2")) == .ok)  // an unknown kid: the keys are fetched
    #expect(!verifier.isCached(token))
    #expect(verifier.ask(token) == .keyNotFound)
    #expect(verifier.cachedTokens == 1)
  }

  @Test func A33_verifiersDoNotShareWhatTheyKnow() throws {
    let fixture = try CacheFixture()
    let first = try fixture.verifier()
    let stricter = try fixture.verifier { (configuration) throws(AuthError) in
      try configuration.addRequiredScope("needed")
    }
    let elsewhere = try fixture.verifier { (configuration) throws(AuthError) in
      try configuration.addAudience("https://other.example.com")
    }
    let token = try fixture.token()
    #expect(first.ask(token) == .ok && first.isCached(token))
    #expect(!stricter.isCached(token) && stricter.ask(token) == .insufficientScope)
    #expect(!elsewhere.isCached(token) && elsewhere.ask(token) == .audienceMismatch)
  }

  @Test func A30_anotherSpellingIsNoSecondEntry() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    // 64 bytes of signature: the last of 86 characters has four bits that belong to no byte.
    var respelled = token.bytes
    respelled[respelled.count - 1] += 1
    #expect(verifier.ask(ByteString(respelled)) == .tokenMalformed)
    #expect(verifier.ask(token + "=") == .tokenMalformed)
    #expect(verifier.ask(token + ".") == .tokenMalformed)
    #expect(verifier.cachedTokens == 1)
  }

  @Test func A36_aKnownTokenExcusesNothingInTheHeader() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    for good: ByteString in ["Bearer ", "bearer ", "BEARER   ", "\t Bearer "] {
      #expect(verifier.ask(field: good + token) == .ok)
      #expect(verifier.ask(field: good + token + " \t") == .ok)
    }
    #expect(verifier.cachedTokens == 1)
    #expect(verifier.ask(field: "Bearer" + token) == .invalidAuthHeader)
    #expect(verifier.ask(field: "Bearer\t" + token) == .ambiguousCredentials)
    #expect(verifier.ask(field: "Bearer \t" + token) == .ambiguousCredentials)
    #expect(verifier.ask(field: "Bearer " + token + " x") == .ambiguousCredentials)
    #expect(verifier.ask(field: "Bearer " + token + ",Bearer " + token) == .ambiguousCredentials)
    #expect(verifier.ask(field: "Bearex " + token) == .invalidAuthHeader)
    #expect(verifier.ask(field: "Bearer") == .missingBearerToken)
    #expect(verifier.ask(field: "") == .invalidAuthHeader)
    #expect(verifier.ask(field: "Bearer " + token, count: 2) == .ambiguousCredentials)
  }

  @Test func A34_aCustomVerifierIsAskedEveryTime() throws {
    let fixture = try CacheFixture()
    let custom = CountingVerifier()
    let verifier = try fixture.verifier { (configuration) throws(AuthError) in configuration.setCustomVerifier(custom) }
    #expect(verifier.ask("opaque") == .ok)
    #expect(verifier.ask("opaque") == .ok)
    #expect(custom.calls == 2)
    #expect(verifier.cache == nil)
  }

  @Test func noEntriesMeansNoCache() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier { (configuration) throws(AuthError) in
      try configuration.setTokenCache(maxEntries: 0, maxBytes: 0, maxAgeSeconds: 0)
    }
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok)
    #expect(!verifier.isCached(token) && verifier.cache == nil)
  }

  @Test func boundsThatKeepNothingAreRefused() {
    for (entries, bytes, age) in [(10, 0, 10), (10, 10, 0), (1_000_001, 1, 1), (-1, 1, 1)] {
      #expect(throws: AuthError.self) {
        try TokenCacheSettings(maxEntries: entries, maxBytes: bytes, maxAgeSeconds: UInt32(age))
      }
    }
    #expect(throws: Never.self) { try TokenCacheSettings(maxEntries: 1_000_000, maxBytes: -1, maxAgeSeconds: .max) }
  }
}

private final class CountingVerifier: CustomVerifier, @unchecked Sendable {
  private(set) var calls = 0

  func verify(token: UnsafeRawBufferPointer, into builder: AuthInfoBuilder) -> UInt32 {
    calls += 1
    do throws(AuthError) {
      try builder.setIssuer("https://as.example.com")
      try builder.setSubject("someone")
      try builder.addAudience("https://mcp.example.com/mcp")
    } catch {
      return error.result.rawValue
    }
    return ResultCode.ok.rawValue
  }
}
