import KeyService
import Support
import Testing

private let never = FetchError(.unreachable, "no connection")

/// A bench whose keys "a" are at hand, fresh for ten minutes.
private func warm(_ fields: [(ByteString, ByteString)] = []) throws -> Bench {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, jwks("a"), status: 200, fields)
  #expect(bench.ask("a") == .ok)
  return bench
}

/// Lets the refresh that is due begin and end.
private func refresh(_ bench: Bench) {
  let before = bench.keys.statistics
  #expect(bench.ask("a") == .ok)
  #expect(eventually { bench.keys.statistics.fetches == before.fetches + 1 && bench.isIdle })
}

extension Bench {
  /// No fetch is under way: a second look at it would otherwise start nothing and see nothing.
  fileprivate var isIdle: Bool { keys.statistics.isFetching == false }
}

@Test func freshKeysAreNotFetchedAgain() throws {
  let bench = try warm()
  bench.time.advance(seconds: 479)
  for _ in 0..<1_000 { #expect(bench.ask("a") == .ok) }
  #expect(bench.fetcher.count == 1)
}

@Test func keysAreRefreshedAheadWhileTheyServe() throws {
  let bench = try warm()
  bench.time.advance(seconds: 480)
  bench.fetcher.hold()
  for _ in 0..<1_000 { #expect(bench.ask("a") == .ok) }
  bench.fetcher.waitForRequests(2)
  for _ in 0..<1_000 { #expect(bench.ask("a") == .ok) }
  #expect(bench.fetcher.count == 2)
  bench.fetcher.release()
}

@Test func aWithdrawnKeyStopsWithTheNextSet() throws {
  let bench = try warm()
  bench.fetcher.set(jwksURL, jwks("b"))
  bench.time.advance(seconds: 480)
  refresh(bench)
  #expect(bench.ask("a") == .keyNotFound)
  #expect(bench.ask("b") == .ok)
}

@Test func A33_aTokenAlreadySeenCausesTheRefreshToo() throws {
  let bench = try warm()
  let generation = try bench.generation("a")
  #expect(generation > 0)
  bench.fetcher.set(jwksURL, jwks("b"))
  #expect(bench.keys.isCurrent(generation: generation))
  bench.time.advance(seconds: 480)
  #expect(bench.keys.isCurrent(generation: generation))
  #expect(eventually { !bench.keys.isCurrent(generation: generation) })
  #expect(bench.keys.isCurrent(generation: try bench.generation("b")))
}

@Test func A33_theSameSetKeepsItsGeneration() throws {
  let bench = try warm()
  let generation = try bench.generation("a")
  bench.time.advance(seconds: 480)
  refresh(bench)
  #expect(try bench.generation("a") == generation)
  #expect(bench.keys.isCurrent(generation: generation))
}

@Test func A33_noTwoKeySetsShareAGeneration() throws {
  let one = try warm()
  let other = try warm()
  #expect(try one.generation("a") != other.generation("a"))
  #expect(!one.keys.isCurrent(generation: try other.generation("a")))
  let cold = try Bench()
  #expect(!cold.keys.isCurrent(generation: try one.generation("a")))
}

@Test func anETagIsRevalidated() throws {
  let bench = try warm([("etag", "\"v1\""), ("cache-control", "max-age=100")])
  let generation = try bench.generation("a")
  bench.fetcher.set(jwksURL, "", status: 304, [("cache-control", "max-age=1000")])
  bench.time.advance(seconds: 80)
  refresh(bench)
  #expect(bench.fetcher.requests.map(\.ifNoneMatch) == [nil, "\"v1\""])
  #expect(try bench.generation("a") == generation)
  #expect(bench.keys.statistics.failures == 0)
  expectRefresh(of: bench, after: 800)
  #expect(bench.fetcher.requests.last?.ifNoneMatch == "\"v1\"")
}

@Test func aConfirmationThatSaysNothingKeepsWhatWasSaid() throws {
  let bench = try warm([("etag", "\"v1\""), ("cache-control", "max-age=100")])
  bench.fetcher.set(jwksURL, "", status: 304)
  for _ in 1...3 { expectRefresh(of: bench, after: 80) }
  bench.fetcher.set(jwksURL, "", status: 304, [("cache-control", "max-age=1000")])
  bench.time.advance(seconds: 80)
  refresh(bench)
  bench.fetcher.set(jwksURL, "", status: 304)
  for _ in 1...2 { expectRefresh(of: bench, after: 800) }
}

/// The keys are used until then without a request, which is made then.
private func expectRefresh(of bench: Bench, after seconds: Int64) {
  let count = bench.fetcher.count
  bench.time.advance(seconds: seconds - 1)
  #expect(bench.ask("a") == .ok && bench.fetcher.count == count)
  bench.time.advance(seconds: 1)
  refresh(bench)
  #expect(bench.fetcher.count == count + 1)
}

@Test func anETagIsForItsOwnURLOnly() throws {
  let place: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
  let bench = try Bench(source: .discovery)
  bench.fetcher.set(place, metadata())
  bench.fetcher.set(jwksURL, jwks("a"), status: 200, [("etag", "\"v1\""), ("cache-control", "max-age=3600")])
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(place, metadata(jwksURI: "https://new.example.com/jwks"))
  bench.fetcher.set("https://new.example.com/jwks", jwks("a"))
  bench.time.advance(seconds: 3_000)
  refresh(bench)
  #expect(bench.fetcher.urls.last == "https://new.example.com/jwks")
  #expect(bench.fetcher.requests.map(\.ifNoneMatch) == [nil, nil, nil, nil])
}

@Test(arguments: ["\"a\r\nX: y\"", "\"\u{0}\""]) func A37_anETagThatCannotBeSentIsNotKept(tag: String) throws {
  let bench = try warm([("etag", ByteString(tag))])
  bench.time.advance(seconds: 480)
  refresh(bench)
  #expect(bench.fetcher.requests.map(\.ifNoneMatch) == [nil, nil])
}

@Test(arguments: [
  (200, "<html>"), (200, #"{"keys":[]}"#), (200, "{"), (204, ""), (302, ""), (304, ""), (404, ""), (500, ""),
]) func whatIsNotAKeySetNeverReplacesGoodKeys(status: Int, body: String) throws {
  let bench = try warm()
  let generation = try bench.generation("a")
  bench.fetcher.set(jwksURL, ByteString(body), status: status)
  bench.time.advance(seconds: 480)
  refresh(bench)
  #expect(bench.keys.statistics.failures == 1)
  #expect(bench.ask("a") == .ok)
  #expect(try bench.generation("a") == generation)
  #expect(bench.keys.isCurrent(generation: generation))
}

@Test func staleKeysServeThroughAnOutageOfADayAndNoLonger() throws {
  let bench = try warm()
  let generation = try bench.generation("a")
  bench.fetcher.set(jwksURL, .failure(never))
  for _ in 0..<24 {
    bench.time.advance(seconds: 3_595)
    refresh(bench)
  }
  #expect(bench.keys.isCurrent(generation: generation))
  bench.time.advance(seconds: 120)
  #expect(!bench.keys.isCurrent(generation: generation))
  let failure = try #require(bench.failure("a"))
  #expect(failure.result == .keysUnavailable)
  #expect(failure.message.string.contains("last confirmed 86400 s ago"))
  #expect(failure.message.string.contains("no connection"))
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 60)
  #expect(bench.ask("a") == .ok)
}

@Test(arguments: [500, 200]) func keysThatAreTooOldAreUnavailableWhateverKeepsNewOnesAway(status: Int) throws {
  let place: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
  let bench = try Bench(source: .discovery)
  bench.fetcher.set(place, metadata())
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.fetcher.set(place, "{}", status: status)
  bench.fetcher.set(jwksURL, "", status: 500)
  bench.time.advance(seconds: 480)
  refresh(bench)
  bench.time.advance(seconds: 86_000)
  #expect(bench.ask("a") == .keysUnavailable)
}

@Test func failuresBackOff() throws {
  let bench = try warm()
  bench.fetcher.set(jwksURL, .failure(never))
  bench.time.advance(seconds: 480)
  refresh(bench)
  // In each step: not before half of the delay, and at its end.
  for delay in [2, 4, 8, 16, 32, 60, 60] as [Int64] {
    let count = bench.fetcher.count
    bench.time.advance(seconds: delay / 2 - 1)
    #expect(bench.ask("a") == .ok)
    #expect(bench.isIdle)
    #expect(bench.fetcher.count == count)
    bench.time.advance(seconds: delay - delay / 2 + 1)
    refresh(bench)
  }
  #expect(bench.keys.statistics.failuresInARow == 8)
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 60)
  refresh(bench)
  #expect(bench.keys.statistics.failuresInARow == 0)
}

@Test func anOutageAtTheStartIsRetriedBeforeLong() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, .failure(never))
  for _ in 0..<100 { #expect(bench.ask("a") == .keysUnavailable) }
  #expect(bench.fetcher.count == 1)
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 2)
  #expect(bench.ask("a") == .ok)
}

@Test func aRefreshThatSucceedsEndsTheOutageForUnknownKids() throws {
  let bench = try warm()
  bench.fetcher.set(jwksURL, .failure(never))
  bench.time.advance(seconds: 479)
  #expect(bench.ask("random") == .keysUnavailable)
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 2)
  refresh(bench)
  // Within the cooldown nobody asks again for it: it may have been published since.
  #expect(bench.failure("random")?.message.string.contains("fetched for an unknown key just now") == true)
  bench.time.advance(seconds: 60)
  #expect(bench.ask("random") == .keyNotFound)
}

@Test func metadataIsKeptForAsLongAsItSaysAndForgottenAfterAFailure() throws {
  let place: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
  let moved: ByteString = "https://new.example.com/jwks"
  let bench = try Bench(source: .discovery)
  bench.fetcher.set(place, metadata(), status: 200, [("cache-control", "max-age=86400")])
  bench.fetcher.set(jwksURL, jwks("a"))
  #expect(bench.ask("a") == .ok)
  bench.time.advance(seconds: 480)
  refresh(bench)
  #expect(bench.fetcher.urls == [place, jwksURL, jwksURL])
  // The key set moves: the old place fails once, then the metadata tells the new one.
  bench.fetcher.set(place, metadata(jwksURI: "https://new.example.com/jwks"))
  bench.fetcher.set(jwksURL, "", status: 410)
  bench.fetcher.set(moved, jwks("a", "b"))
  bench.time.advance(seconds: 480)
  refresh(bench)
  bench.time.advance(seconds: 2)
  refresh(bench)
  #expect(bench.fetcher.urls.suffix(3) == [jwksURL, place, moved])
  #expect(bench.ask("b") == .ok)
}

@Test func prefetchFetchesOnceAndSaysWhyNot() throws {
  let bench = try Bench()
  bench.fetcher.set(jwksURL, .failure(never))
  #expect(throws: AuthError.self) { try bench.keys.prefetch() }
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 2)
  try bench.keys.prefetch()
  try bench.keys.prefetch()
  #expect(bench.ask("a") == .ok)
  #expect(bench.fetcher.count == 2)
  bench.time.advance(seconds: 480)
  try bench.keys.prefetch()
  #expect(bench.fetcher.count == 3)
}

@Test func statisticsCount() throws {
  let bench = try warm()
  bench.time.advance(seconds: 100)
  let before = bench.keys.statistics
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
  let bench = try warm()
  let date: ByteString = "Thu, 01 Jan 2026 00:00:00 GMT"
  bench.fetcher.set(jwksURL, "{}", status: status, [("retry-after", ByteString(said)), ("date", date)])
  bench.time.advance(seconds: 480)
  refresh(bench)
  let before = bench.fetcher.count
  bench.time.advance(seconds: seconds - 1)
  for _ in 0..<10 { #expect(bench.ask("a") == .ok) }
  #expect(bench.ask("unknown") != .ok)  // whatever the reason for a fetch would be
  #expect(bench.fetcher.count == before)
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 1)
  refresh(bench)
  #expect(bench.fetcher.count == before + 1)
}

@Test(arguments: [(503, ""), (503, "soon"), (503, "-5"), (404, "86400"), (503, "0")])
func aRetryAfterThatSaysNothingChangesNothing(status: Int, said: String) throws {
  let bench = try warm()
  bench.fetcher.set(jwksURL, "{}", status: status, [("retry-after", ByteString(said))])
  bench.time.advance(seconds: 480)
  refresh(bench)
  bench.fetcher.set(jwksURL, jwks("a"))
  bench.time.advance(seconds: 60)
  refresh(bench)
  #expect(bench.keys.statistics.failures == 1)
}

// ---- keys that were skipped ----------------------------------------------------------------------------------------

@Test func aSetWithSkippedKeysIsFetchedAsAWhole() throws {
  let bench = try Bench()
  let unknownType: ByteString = "{\"keys\":[{\"kty\":\"AKP\"},"
  bench.fetcher.set(jwksURL, unknownType + jwks("a").dropFirst(9), status: 200, [("etag", "\"v1\"")])
  #expect(bench.ask("a") == .ok)
  bench.time.advance(seconds: 480)
  refresh(bench)
  #expect(bench.fetcher.requests.last?.ifNoneMatch == nil)
}
