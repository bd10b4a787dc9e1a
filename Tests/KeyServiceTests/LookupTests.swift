import Dispatch
import JOSE
import Support
import Testing

@testable import KeyService

@Test func staticKeysAreNeverFetched() throws {
  let keySet = try KeySet.parse(jwks("a"))
  let fixture = try IssuerFixture(source: .keySet(keySet))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.ask("b") == .keyNotFound)
  #expect(fixture.fetcher.count == 0)
  #expect(fixture.keys.statistics.keyCount == 1)
}

@Test func fetchedKeysAreKept() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.ask("b") == .ok)
  #expect(fixture.fetcher.count == 1)
  #expect(fixture.fetcher.requests.first?.accept == "application/jwk-set+json, application/json")
}

@Test func anAlgorithmTheKeyIsNotForCausesNoFetch() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(throws: AuthError.self) { try fixture.keys.key(kid: "a", algorithm: .es256) }
  #expect(fixture.fetcher.count == 1)
}

/// Whatever keys there are, also one that a set holds for it: what the issuer does not allow is not looked for.
@Test(arguments: [Algorithm.es256, .hs256]) func A04_anAlgorithmTheIssuerDoesNotAllowCausesNoFetch(
  algorithm: Algorithm
) throws {
  let fixture = try IssuerFixture { $0.algorithms = AlgorithmSet(.eddsa) }
  fixture.fetcher.set(jwksURL, jwks("a"))
  let secret = try [UInt8](repeating: 1, count: 32).withUnsafeBytes {
    try VerificationKey.secret($0, algorithm: .hs256, kid: "a")
  }
  let configured = try IssuerFixture(source: .keySet(KeySet(keys: [secret]))) {
    $0.algorithms = .defaultSet.subtracting(AlgorithmSet(.es256))
  }
  for keys in [fixture.keys, configured.keys] {
    let waiting = #expect(throws: AuthError.self) { try keys.key(kid: "a", algorithm: algorithm) }
    let other = #expect(throws: AuthError.self) { try keys.keyWithoutWaiting(kid: "a", algorithm: algorithm) }
    #expect(waiting?.result == .algorithmNotAllowed && other?.result == .algorithmNotAllowed)
  }
  #expect(fixture.fetcher.count == 0)
  #expect(fixture.ask("a") == .ok)
}

/// A lookup that found no keys, or not its own, looks again when others landed before it could join their fetch: it
/// neither waits nor fetches for what is there by now.
@Test func keysThatLandMeanwhileAreLookedAtBeforeAnyFetch() throws {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  let settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(jwksURL, what: "jwks_uri")))
  let cache = KeyCache(settings, fetcher: fetcher, time: time)
  func query(_ kid: ByteString) throws -> KeyQuery {
    try KeyQuery(kid: kid, algorithm: .eddsa, allowed: .defaultSet, issuer: issuer)
  }
  func overtaken(_ kid: ByteString, seen: KeySnapshot?) throws -> Bool {
    try cache.join(query(kid), seen: seen, at: time.milliseconds(), pending: nil, afterFetch: false) == nil
  }
  fetcher.set(jwksURL, jwks("a"))
  _ = try cache.key(query("a"))
  let first = cache.usableKeys(at: time.milliseconds())
  #expect(try overtaken("a", seen: nil))
  fetcher.set(jwksURL, jwks("a", "b"))
  _ = try cache.key(query("b"))
  time.advance(seconds: 60)  // the cooldown: only what has landed keeps it from asking
  #expect(try overtaken("b", seen: first))
  #expect(fetcher.count == 2)
  #expect(try !overtaken("c", seen: cache.usableKeys(at: time.milliseconds())))
  fetcher.waitForRequests(3)
  #expect(fetcher.count == 3)
}

@Test func aRotatedKeyIsFetchedAtOnce() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(fixture.ask("b") == .ok)
  #expect(fixture.fetcher.count == 2)
}

@Test func A26_unknownKidsCauseOneFetchPerCooldown() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.ask("random") == .keyNotFound)
  for number in 0..<10_000 { #expect(fixture.ask(ByteString("random\(number)")) == .keysUnavailable) }
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.count == 2)
  fixture.time.advance(seconds: 29)
  #expect(fixture.ask("random") == .keysUnavailable)
  #expect(fixture.fetcher.count == 2)
  fixture.time.advance(seconds: 1)
  #expect(fixture.ask("random") == .keyNotFound)
  #expect(fixture.fetcher.count == 3)
}

/// A fetch that brought a new key is no reason to withhold the next: an issuer may rotate twice.
@Test func A26_aRotationAllowsOneMoreFetch() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(fixture.ask("stranger") == .keyNotFound)
  fixture.fetcher.set(jwksURL, jwks("b", "c"))
  #expect(fixture.ask("c") == .ok)
  #expect(fixture.fetcher.count == 3)
  #expect(fixture.ask("stranger") == .keyNotFound)
  #expect(fixture.ask("another") == .keysUnavailable)
  #expect(fixture.fetcher.count == 4)
}

/// Keys that go away are no rotation: an issuer that publishes fewer each time cannot be made to be asked each time.
@Test func A26_aWithdrawalAllowsNoMoreFetches() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("stranger") == .keyNotFound)
  #expect(fixture.ask("another") == .keysUnavailable)
  #expect(fixture.fetcher.count == 2)
}

/// Anybody can send a token with a kid made up just before a rotation: nobody is logged out for that.
@Test func A26_whileAFetchIsWithheldTheAnswerIsToComeBack() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.ask("stranger") == .keyNotFound)
  fixture.fetcher.set(jwksURL, jwks("b"))
  let failure = try #require(fixture.failure("b"))
  #expect(failure.result == .keysUnavailable)
  #expect(failure.message.string.contains("once in 30 s"))
  fixture.time.advance(seconds: 30)
  #expect(fixture.ask("b") == .ok)
  for _ in 0..<10 { #expect(fixture.ask("a") == .keyNotFound) }  // withdrawn: that is known
  #expect(fixture.fetcher.count == 4)
}

/// Of a server that was started anew after a key was withdrawn: its tokens are not told to come back for ever.
@Test func A26_aKeyThatTwoFetchesDidNotBringIsAbsent() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("b"))
  #expect(fixture.ask("a") == .keyNotFound)
  #expect(fixture.ask("a") == .keysUnavailable)
  fixture.time.advance(seconds: 30)
  for _ in 0..<10 { #expect(fixture.ask("a") == .keyNotFound) }
  #expect(fixture.ask("other") == .keysUnavailable)
  fixture.time.advance(seconds: 30)
  fixture.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(fixture.ask("a") == .ok)
}

@Test func A26_anUnknownKidAtTheStartIsItsCooldownsFetch() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("random") == .keyNotFound)
  for number in 0..<1_000 { #expect(fixture.ask(ByteString("random\(number)")) == .keysUnavailable) }
  #expect(fixture.fetcher.count == 1)
}

@Test func A26_failedAttemptsCountToo() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(jwksURL, "", status: 500)
  for number in 0..<1_000 { #expect(fixture.ask(ByteString("random\(number)")) == .keysUnavailable) }
  #expect(fixture.fetcher.count == 2)
  #expect(fixture.ask("a") == .ok)
}

@Test func A26_theMomentAfterAFailureIsAnOutageAndNoVerdict() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(jwksURL, .failure(FetchError(.unreachable, "no connection")))
  #expect(fixture.ask("new") == .keysUnavailable)
  fixture.time.advance(seconds: 30)
  fixture.fetcher.set(jwksURL, jwks("a", "new"))
  #expect(fixture.ask("new") == .ok)
}

@Test func A26_oneFetchForAHundredThreads() throws {
  let fixture = try IssuerFixture { $0.refresh.fetchBudget = 60_000 }
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.fetcher.hold()
  let answers = Collected<ResultCode>()
  let group = DispatchGroup()
  for _ in 0..<100 {
    onThread(group) { answers.add(fixture.ask("a")) }
  }
  fixture.fetcher.waitForRequests(1)
  fixture.fetcher.release()
  #expect(group.wait(timeout: .now() + 300) == .success)
  #expect(answers.all == Array(repeating: .ok, count: 100))
  #expect(fixture.fetcher.count == 1)
}

@Test func A26_goodTokensDoNotWaitForAnUnknownKidsFetch() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.hold()
  #expect(fixture.askWithoutWaiting("random") == .wouldBlock)
  fixture.fetcher.waitForRequests(2)
  for _ in 0..<1_000 { #expect(fixture.ask("a") == .ok) }
  fixture.fetcher.release()
}

@Test func whoJoinsAFetchIsAnsweredByOneThatBeganAfterwards() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.time.advance(seconds: 9 * 60)
  fixture.fetcher.hold()
  #expect(fixture.ask("a") == .ok)  // starts a refresh, which has the old set in its hands
  fixture.fetcher.waitForRequests(2)
  let answers = Collected<ResultCode>()
  #expect(fixture.askWithoutWaiting("b") { answers.add(code($0)) } == .wouldBlock)
  fixture.fetcher.set(jwksURL, jwks("a", "b"))
  fixture.fetcher.release()
  #expect(eventually { answers.all == [.ok] })
  #expect(fixture.fetcher.count == 3)
}

@Test func aWaitHasABound() throws {
  let fixture = try IssuerFixture { $0.refresh.fetchBudget = 100 }
  fixture.fetcher.hold()
  let failure = fixture.failure("a")
  #expect(failure?.result == .keysUnavailable)
  #expect(failure?.message.string.contains("took more than 100 ms") == true)
  fixture.fetcher.release()
}

@Test func A27_aKidThatFitsTwoKeysIsRefused() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(
    jwksURL,
    ByteString(
      #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"},"#)
      + jwks("a").dropFirst(9))
  #expect(fixture.failure("a")?.message.string.contains("several keys") == true)
  #expect(fixture.ask(nil) == .keyNotFound)
}

@Test func A27_theSameKeyTwiceIsOneKey() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a", "a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.ask(nil) == .ok)
  #expect(fixture.keys.statistics.keyCount == 1)
}

@Test func theMessageNamesTheSkippedKey() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(
    jwksURL,
    ByteString(#"{"keys":[{"kty":"AKP","kid":"pq"},"#) + jwks("a").dropFirst(9))
  let failure = try #require(fixture.failure("pq"))
  #expect(failure.result == .keyNotFound)
  #expect(failure.message.string.contains("cannot be used"))
  #expect(fixture.ask("a") == .ok)
}
