import Dispatch
import JOSE
import Support
import Testing

@testable import KeyService

@Test func staticKeysAreNeverFetched() throws {
  let keySet = try KeySet.parse(jwks("a"))
  let bench = try Bench(source: .keySet(keySet))
  #expect(bench.ask("a") == .ok)
  #expect(bench.ask("b") == .keyNotFound)
  #expect(bench.fetcher.count == 0)
  #expect(bench.keys.statistics.keyCount == 1)
}

@Test func fetchedKeysAreKept() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(bench.ask("a") == .ok)
  #expect(bench.ask("b") == .ok)
  #expect(bench.fetcher.count == 1)
  #expect(bench.fetcher.requests.first?.accept == "application/jwk-set+json, application/json")
}

@Test func anAlgorithmTheKeyIsNotForCausesNoFetch() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  #expect(throws: AuthError.self) { try bench.keys.key(kid: "a", algorithm: .es256) }
  #expect(bench.fetcher.count == 1)
}

/// A lookup that found no keys, or not its own, looks again when others landed before it could join their fetch: it
/// neither waits nor fetches for what is there by now.
@Test func keysThatLandMeanwhileAreLookedAtBeforeAnyFetch() throws {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  let settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(jwksURL, what: "jwks_uri")))
  let cache = KeyCache(settings, fetcher: fetcher, time: time)
  func query(_ kid: ByteString) -> KeyQuery {
    KeyQuery(kid: kid, algorithm: .eddsa, allowed: .defaultSet, issuer: issuer)
  }
  func overtaken(_ kid: ByteString, seen: KeySnapshot?) -> Bool {
    cache.join(query(kid), seen: seen, at: time.milliseconds(), pending: nil, afterFetch: false) == nil
  }
  fetcher.set(jwksURL, jwks("a"))
  _ = try cache.key(query("a"))
  let first = cache.usableKeys(at: time.milliseconds())
  #expect(overtaken("a", seen: nil))
  fetcher.set(jwksURL, jwks("a", "b"))
  _ = try cache.key(query("b"))
  time.advance(seconds: 60)  // the cooldown: only what has landed keeps it from asking
  #expect(overtaken("b", seen: first))
  #expect(fetcher.count == 2)
  #expect(!overtaken("c", seen: cache.usableKeys(at: time.milliseconds())))
  fetcher.waitForRequests(3)
  #expect(fetcher.count == 3)
}

@Test func aRotatedKeyIsFetchedAtOnce() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(bench.ask("b") == .ok)
  #expect(bench.fetcher.count == 2)
}

@Test func A26_unknownKidsCauseOneFetchPerCooldown() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  #expect(bench.ask("random") == .keyNotFound)
  for number in 0..<10_000 { #expect(bench.ask(ByteString("random\(number)")) == .keysUnavailable) }
  #expect(bench.ask("a") == .ok)
  #expect(bench.fetcher.count == 2)
  bench.time.advance(seconds: 29)
  #expect(bench.ask("random") == .keysUnavailable)
  #expect(bench.fetcher.count == 2)
  bench.time.advance(seconds: 1)
  #expect(bench.ask("random") == .keyNotFound)
  #expect(bench.fetcher.count == 3)
}

/// A fetch that brought a new key is no reason to withhold the next: an issuer may rotate twice.
@Test func A26_aRotationAllowsOneMoreFetch() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(bench.ask("stranger") == .keyNotFound)
  bench.fetcher.set(jwksURL, jwks("b", "c"))
  #expect(bench.ask("c") == .ok)
  #expect(bench.fetcher.count == 3)
  #expect(bench.ask("stranger") == .keyNotFound)
  #expect(bench.ask("another") == .keysUnavailable)
  #expect(bench.fetcher.count == 4)
}

/// Keys that go away are no rotation: an issuer that publishes fewer each time cannot be made to be asked each time.
@Test func A26_aWithdrawalAllowsNoMoreFetches() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("stranger") == .keyNotFound)
  #expect(bench.ask("another") == .keysUnavailable)
  #expect(bench.fetcher.count == 2)
}

/// Anybody can send a token with a kid made up just before a rotation: nobody is logged out for that.
@Test func A26_whileAFetchIsWithheldTheAnswerIsToComeBack() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  #expect(bench.ask("stranger") == .keyNotFound)
  bench.fetcher.set(jwksURL, jwks("b"))
  let failure = try #require(bench.failure("b"))
  #expect(failure.result == .keysUnavailable)
  #expect(failure.message.string.contains("once in 30 s"))
  bench.time.advance(seconds: 30)
  #expect(bench.ask("b") == .ok)
  for _ in 0..<10 { #expect(bench.ask("a") == .keyNotFound) }  // withdrawn: that is known
  #expect(bench.fetcher.count == 4)
}

/// Of a server that was started anew after a key was withdrawn: its tokens are not told to come back for ever.
@Test func A26_aKeyThatTwoFetchesDidNotBringIsAbsent() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("b"))
  #expect(bench.ask("a") == .keyNotFound)
  #expect(bench.ask("a") == .keysUnavailable)
  bench.time.advance(seconds: 30)
  for _ in 0..<10 { #expect(bench.ask("a") == .keyNotFound) }
  #expect(bench.ask("other") == .keysUnavailable)
  bench.time.advance(seconds: 30)
  bench.fetcher.set(jwksURL, jwks("a", "b"))
  #expect(bench.ask("a") == .ok)
}

@Test func A26_anUnknownKidAtTheStartIsItsCooldownsFetch() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("random") == .keyNotFound)
  for number in 0..<1_000 { #expect(bench.ask(ByteString("random\(number)")) == .keysUnavailable) }
  #expect(bench.fetcher.count == 1)
}

@Test func A26_failedAttemptsCountToo() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(jwksURL, "", status: 500)
  for number in 0..<1_000 { #expect(bench.ask(ByteString("random\(number)")) == .keysUnavailable) }
  #expect(bench.fetcher.count == 2)
  #expect(bench.ask("a") == .ok)
}

@Test func A26_theMomentAfterAFailureIsAnOutageAndNoVerdict() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(jwksURL, .failure(FetchError(.unreachable, "no connection")))
  #expect(bench.ask("new") == .keysUnavailable)
  bench.time.advance(seconds: 30)
  bench.fetcher.set(jwksURL, jwks("a", "new"))
  #expect(bench.ask("new") == .ok)
}

@Test func A26_oneFetchForAHundredThreads() throws {
  let bench = try Bench { $0.refresh.fetchBudget = 60_000 }
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.fetcher.hold()
  let answers = Collected<ResultCode>()
  let group = DispatchGroup()
  for _ in 0..<100 {
    onThread(group) { answers.add(bench.ask("a")) }
  }
  bench.fetcher.waitForRequests(1)
  bench.fetcher.release()
  group.wait()
  #expect(answers.all == Array(repeating: .ok, count: 100))
  #expect(bench.fetcher.count == 1)
}

@Test func A26_goodTokensDoNotWaitForAnUnknownKidsFetch() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.hold()
  #expect(bench.askWithoutWaiting("random") == .wouldBlock)
  bench.fetcher.waitForRequests(2)
  for _ in 0..<1_000 { #expect(bench.ask("a") == .ok) }
  bench.fetcher.release()
}

@Test func whoJoinsAFetchIsAnsweredByOneThatBeganAfterwards() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.time.advance(seconds: 9 * 60)
  bench.fetcher.hold()
  #expect(bench.ask("a") == .ok)  // starts a refresh, which has the old set in its hands
  bench.fetcher.waitForRequests(2)
  let answers = Collected<ResultCode>()
  #expect(bench.askWithoutWaiting("b") { answers.add(code($0)) } == .wouldBlock)
  bench.fetcher.set(jwksURL, jwks("a", "b"))
  bench.fetcher.release()
  #expect(eventually { answers.all == [.ok] })
  #expect(bench.fetcher.count == 3)
}

@Test func aWaitHasABound() throws {
  let bench = try Bench { $0.refresh.fetchBudget = 100 }
  bench.fetcher.hold()
  let failure = bench.failure("a")
  #expect(failure?.result == .keysUnavailable)
  #expect(failure?.message.string.contains("took more than 100 ms") == true)
  bench.fetcher.release()
}

@Test func A27_aKidThatFitsTwoKeysIsRefused() throws {
  let bench = try Bench()
  bench.fetcher.set(
    jwksURL,
    ByteString(
      #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"},"#)
      + jwks("a").dropFirst(9))
  #expect(bench.failure("a")?.message.string.contains("several keys") == true)
  #expect(bench.ask(nil) == .keyNotFound)
}

@Test func A27_theSameKeyTwiceIsOneKey() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a", "a"))
  #expect(bench.ask("a") == .ok)
  #expect(bench.ask(nil) == .ok)
  #expect(bench.keys.statistics.keyCount == 1)
}

@Test func theMessageNamesTheSkippedKey() throws {
  let bench = try Bench()
  bench.fetcher.set(
    jwksURL,
    ByteString(#"{"keys":[{"kty":"AKP","kid":"pq"},"#) + jwks("a").dropFirst(9))
  let failure = try #require(bench.failure("pq"))
  #expect(failure.result == .keyNotFound)
  #expect(failure.message.string.contains("cannot be used"))
  #expect(bench.ask("a") == .ok)
}
