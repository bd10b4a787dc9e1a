import KeyService
import Support
import Testing

private let never = FetchError(.unreachable, "no connection")

/// A fixture whose keys "a" are at hand, fresh for ten minutes.
private func warm(_ fields: [(ByteString, ByteString)] = []) throws -> IssuerFixture {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"), status: 200, fields)
  #expect(fixture.ask("a") == .ok)
  return fixture
}

/// Lets the refresh that is due begin and end.
private func refresh(_ fixture: IssuerFixture) {
  let before = fixture.keys.statistics
  #expect(fixture.ask("a") == .ok)
  #expect(eventually { fixture.keys.statistics.fetches == before.fetches + 1 && fixture.isIdle })
}

extension IssuerFixture {
  /// No fetch is under way: a second look at it would otherwise start nothing and see nothing.
  fileprivate var isIdle: Bool { keys.statistics.isFetching == false }
}

@Test func freshKeysAreNotFetchedAgain() throws {
  let fixture = try warm()
  fixture.time.advance(seconds: 479)
  for _ in 0..<1_000 { #expect(fixture.ask("a") == .ok) }
  #expect(fixture.fetcher.count == 1)
}

@Test func keysAreRefreshedAheadWhileTheyServe() throws {
  let fixture = try warm()
  fixture.time.advance(seconds: 480)
  fixture.fetcher.hold()
  for _ in 0..<1_000 { #expect(fixture.ask("a") == .ok) }
  fixture.fetcher.waitForRequests(2)
  for _ in 0..<1_000 { #expect(fixture.ask("a") == .ok) }
  #expect(fixture.fetcher.count == 2)
  fixture.fetcher.release()
}

@Test func aWithdrawnKeyStopsWithTheNextSet() throws {
  let fixture = try warm()
  fixture.fetcher.set(jwksURL, jwks("b"))
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  #expect(fixture.ask("a") == .keyNotFound)
  #expect(fixture.ask("b") == .ok)
}

@Test func A33_aTokenAlreadySeenCausesTheRefreshToo() throws {
  let fixture = try warm()
  let generation = try fixture.generation("a")
  #expect(generation > 0)
  fixture.fetcher.set(jwksURL, jwks("b"))
  #expect(fixture.keys.isCurrent(generation: generation))
  fixture.time.advance(seconds: 480)
  #expect(fixture.keys.isCurrent(generation: generation))
  #expect(eventually { !fixture.keys.isCurrent(generation: generation) })
  #expect(fixture.keys.isCurrent(generation: try fixture.generation("b")))
}

@Test func A33_theSameSetKeepsItsGeneration() throws {
  let fixture = try warm()
  let generation = try fixture.generation("a")
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  #expect(try fixture.generation("a") == generation)
  #expect(fixture.keys.isCurrent(generation: generation))
}

@Test func A33_noTwoKeySetsShareAGeneration() throws {
  let one = try warm()
  let other = try warm()
  #expect(try one.generation("a") != other.generation("a"))
  #expect(!one.keys.isCurrent(generation: try other.generation("a")))
  let cold = try IssuerFixture()
  #expect(!cold.keys.isCurrent(generation: try one.generation("a")))
}

@Test func anETagIsRevalidated() throws {
  let fixture = try warm([("etag", "\"v1\""), ("cache-control", "max-age=100")])
  let generation = try fixture.generation("a")
  fixture.fetcher.set(jwksURL, "", status: 304, [("cache-control", "max-age=1000")])
  fixture.time.advance(seconds: 80)
  refresh(fixture)
  #expect(fixture.fetcher.requests.map(\.ifNoneMatch) == [nil, "\"v1\""])
  #expect(try fixture.generation("a") == generation)
  #expect(fixture.keys.statistics.failures == 0)
  expectRefresh(of: fixture, after: 800)
  #expect(fixture.fetcher.requests.last?.ifNoneMatch == "\"v1\"")
}

@Test func aConfirmationThatSaysNothingKeepsWhatWasSaid() throws {
  let fixture = try warm([("etag", "\"v1\""), ("cache-control", "max-age=100")])
  fixture.fetcher.set(jwksURL, "", status: 304)
  for _ in 1...3 { expectRefresh(of: fixture, after: 80) }
  fixture.fetcher.set(jwksURL, "", status: 304, [("cache-control", "max-age=1000")])
  fixture.time.advance(seconds: 80)
  refresh(fixture)
  fixture.fetcher.set(jwksURL, "", status: 304)
  for _ in 1...2 { expectRefresh(of: fixture, after: 800) }
}

/// The keys are used until then without a request, which is made then.
private func expectRefresh(of fixture: IssuerFixture, after seconds: Int64) {
  let count = fixture.fetcher.count
  fixture.time.advance(seconds: seconds - 1)
  #expect(fixture.ask("a") == .ok && fixture.fetcher.count == count)
  fixture.time.advance(seconds: 1)
  refresh(fixture)
  #expect(fixture.fetcher.count == count + 1)
}

@Test func anETagIsForItsOwnURLOnly() throws {
  let place: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(place, metadata())
  fixture.fetcher.set(jwksURL, jwks("a"), status: 200, [("etag", "\"v1\""), ("cache-control", "max-age=3600")])
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(place, metadata(jwksURI: "https://new.example.com/jwks"))
  fixture.fetcher.set("https://new.example.com/jwks", jwks("a"))
  fixture.time.advance(seconds: 3_000)
  refresh(fixture)
  #expect(fixture.fetcher.urls.last == "https://new.example.com/jwks")
  #expect(fixture.fetcher.requests.map(\.ifNoneMatch) == [nil, nil, nil, nil])
}

@Test(arguments: ["\"a\r\nX: y\"", "\"\u{0}\""]) func A37_anETagThatCannotBeSentIsNotKept(tag: String) throws {
  let fixture = try warm([("etag", ByteString(tag))])
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  #expect(fixture.fetcher.requests.map(\.ifNoneMatch) == [nil, nil])
}

@Test(arguments: [
  (200, "<html>"), (200, #"{"keys":[]}"#), (200, "{"), (204, ""), (302, ""), (304, ""), (404, ""), (500, ""),
]) func whatIsNotAKeySetNeverReplacesGoodKeys(status: Int, body: String) throws {
  let fixture = try warm()
  let generation = try fixture.generation("a")
  fixture.fetcher.set(jwksURL, ByteString(body), status: status)
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  #expect(fixture.keys.statistics.failures == 1)
  #expect(fixture.ask("a") == .ok)
  #expect(try fixture.generation("a") == generation)
  #expect(fixture.keys.isCurrent(generation: generation))
}

@Test func staleKeysServeThroughAnOutageOfADayAndNoLonger() throws {
  let fixture = try warm()
  let generation = try fixture.generation("a")
  fixture.fetcher.set(jwksURL, .failure(never))
  for _ in 0..<24 {
    fixture.time.advance(seconds: 3_595)
    refresh(fixture)
  }
  #expect(fixture.keys.isCurrent(generation: generation))
  fixture.time.advance(seconds: 120)
  #expect(!fixture.keys.isCurrent(generation: generation))
  let failure = try #require(fixture.failure("a"))
  #expect(failure.result == .keysUnavailable)
  #expect(failure.message.string.contains("last confirmed 86400 s ago"))
  #expect(failure.message.string.contains("no connection"))
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 60)
  #expect(fixture.ask("a") == .ok)
}

@Test(arguments: [500, 200]) func keysThatAreTooOldAreUnavailableWhateverKeepsNewOnesAway(status: Int) throws {
  let place: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(place, metadata())
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.fetcher.set(place, "{}", status: status)
  fixture.fetcher.set(jwksURL, "", status: 500)
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  fixture.time.advance(seconds: 86_000)
  #expect(fixture.ask("a") == .keysUnavailable)
}

@Test func failuresBackOff() throws {
  let fixture = try warm()
  fixture.fetcher.set(jwksURL, .failure(never))
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  // In each step: not before half of the delay, and at its end.
  for delay in [2, 4, 8, 16, 32, 60, 60] as [Int64] {
    let count = fixture.fetcher.count
    fixture.time.advance(seconds: delay / 2 - 1)
    #expect(fixture.ask("a") == .ok)
    #expect(fixture.isIdle)
    #expect(fixture.fetcher.count == count)
    fixture.time.advance(seconds: delay - delay / 2 + 1)
    refresh(fixture)
  }
  #expect(fixture.keys.statistics.failuresInARow == 8)
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 60)
  refresh(fixture)
  #expect(fixture.keys.statistics.failuresInARow == 0)
}

@Test func anOutageAtTheStartIsRetriedBeforeLong() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, .failure(never))
  for _ in 0..<100 { #expect(fixture.ask("a") == .keysUnavailable) }
  #expect(fixture.fetcher.count == 1)
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 2)
  #expect(fixture.ask("a") == .ok)
}

@Test func aRefreshThatSucceedsEndsTheOutageForUnknownKids() throws {
  let fixture = try warm()
  fixture.fetcher.set(jwksURL, .failure(never))
  fixture.time.advance(seconds: 479)
  #expect(fixture.ask("random") == .keysUnavailable)
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 2)
  refresh(fixture)
  // Within the cooldown nobody asks again for it: it may have been published since.
  #expect(fixture.failure("random")?.message.string.contains("fetched for an unknown key just now") == true)
  fixture.time.advance(seconds: 60)
  #expect(fixture.ask("random") == .keyNotFound)
}

@Test func metadataIsKeptForAsLongAsItSaysAndForgottenAfterAFailure() throws {
  let place: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
  let moved: ByteString = "https://new.example.com/jwks"
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(place, metadata(), status: 200, [("cache-control", "max-age=86400")])
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  #expect(fixture.fetcher.urls == [place, jwksURL, jwksURL])
  // The key set moves: the old place fails once, then the metadata tells the new one.
  fixture.fetcher.set(place, metadata(jwksURI: "https://new.example.com/jwks"))
  fixture.fetcher.set(jwksURL, "", status: 410)
  fixture.fetcher.set(moved, jwks("a", "b"))
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  fixture.time.advance(seconds: 2)
  refresh(fixture)
  #expect(fixture.fetcher.urls.suffix(3) == [jwksURL, place, moved])
  #expect(fixture.ask("b") == .ok)
}

@Test func prefetchFetchesOnceAndSaysWhyNot() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, .failure(never))
  #expect(throws: AuthError.self) { try fixture.keys.prefetch() }
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 2)
  try fixture.keys.prefetch()
  try fixture.keys.prefetch()
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.count == 2)
  fixture.time.advance(seconds: 480)
  try fixture.keys.prefetch()
  #expect(fixture.fetcher.count == 3)
}

@Test func statisticsCount() throws {
  let fixture = try warm()
  fixture.time.advance(seconds: 100)
  let before = fixture.keys.statistics
  #expect(before.requests == 1)
  #expect(before.fetches == 1)
  #expect(before.failures == 0)
  #expect(before.keyCount == 1)
  #expect(before.keyAge == 100_000)
}

// ---- a server that asks to be left alone ---------------------------------------------------------------------------

@Test(arguments: [
  (429, "120", 120), (503, "120", 120), (503, "Thu, 01 Jan 2026 00:02:00 GMT", 120), (503, "86400", 300),
])
func retryAfterIsHeededWithinBounds(status: Int, said: String, seconds: Int64) throws {
  let fixture = try warm()
  let date: ByteString = "Thu, 01 Jan 2026 00:00:00 GMT"
  fixture.fetcher.set(jwksURL, "{}", status: status, [("retry-after", ByteString(said)), ("date", date)])
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  let before = fixture.fetcher.count
  fixture.time.advance(seconds: seconds - 1)
  for _ in 0..<10 { #expect(fixture.ask("a") == .ok) }
  #expect(fixture.ask("unknown") != .ok)  // whatever the reason for a fetch would be
  #expect(fixture.fetcher.count == before)
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 1)
  refresh(fixture)
  #expect(fixture.fetcher.count == before + 1)
}

@Test(arguments: [(503, ""), (503, "soon"), (503, "-5"), (404, "86400"), (503, "0")])
func aRetryAfterThatSaysNothingChangesNothing(status: Int, said: String) throws {
  let fixture = try warm()
  fixture.fetcher.set(jwksURL, "{}", status: status, [("retry-after", ByteString(said))])
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.time.advance(seconds: 60)
  refresh(fixture)
  #expect(fixture.keys.statistics.failures == 1)
}

// ---- keys that were skipped ----------------------------------------------------------------------------------------

@Test func aSetWithSkippedKeysIsFetchedAsAWhole() throws {
  let fixture = try IssuerFixture()
  let unknownType: ByteString = "{\"keys\":[{\"kty\":\"AKP\"},"
  fixture.fetcher.set(jwksURL, unknownType + jwks("a").dropFirst(9), status: 200, [("etag", "\"v1\"")])
  #expect(fixture.ask("a") == .ok)
  fixture.time.advance(seconds: 480)
  refresh(fixture)
  #expect(fixture.fetcher.requests.last?.ifNoneMatch == nil)
}
