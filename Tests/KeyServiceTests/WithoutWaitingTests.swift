import KeyService
import Support
import Testing

@Test func whatIsAtHandIsAnsweredAtOnce() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  let called = Collected<ResultCode>()
  #expect(fixture.askWithoutWaiting("a") { called.add(code($0)) } == .ok)
  #expect(fixture.ask("x") == .keyNotFound)
  #expect(fixture.askWithoutWaiting("x") == .keyNotFound)
  #expect(fixture.askWithoutWaiting("y") { called.add(code($0)) } == .keysUnavailable)
  #expect(called.all.isEmpty)
}

@Test func whoeverComesBackFindsTheKey() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.askWithoutWaiting("a") == .wouldBlock)
  #expect(eventually { fixture.askWithoutWaiting("a") == .ok })
  #expect(fixture.fetcher.count == 1)
}

@Test(arguments: [true, false]) func A26_whoeverComesBackIsAnsweredThoughTheFetchTookLongerThanTheCooldown(
  isFirst: Bool
) throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  if !isFirst { #expect(fixture.ask("a") == .ok) }
  let count = fixture.fetcher.count + 1
  fixture.fetcher.hold()
  #expect(fixture.askWithoutWaiting("x") == .wouldBlock)
  fixture.fetcher.waitForRequests(count)
  fixture.time.advance(seconds: 31)
  fixture.fetcher.release()
  #expect(eventually { !fixture.keys.statistics.isFetching })
  #expect(fixture.askWithoutWaiting("x") == .keyNotFound)
  fixture.time.advance(seconds: 29)
  #expect(fixture.askWithoutWaiting("y") == .keysUnavailable)
  #expect(fixture.fetcher.count == count)
}

@Test func eachCompletionIsCalledOnce() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"))
  fixture.fetcher.hold()
  let good = Collected<ResultCode>()
  let bad = Collected<ResultCode>()
  for _ in 0..<50 {
    #expect(fixture.askWithoutWaiting("a") { good.add(code($0)) } == .wouldBlock)
    #expect(fixture.askWithoutWaiting("x") { bad.add(code($0)) } == .wouldBlock)
  }
  #expect(good.all.isEmpty && bad.all.isEmpty)
  fixture.fetcher.release()
  #expect(eventually { good.all.count == 50 && bad.all.count == 50 && !fixture.keys.statistics.isFetching })
  #expect(good.all == Array(repeating: .ok, count: 50))
  #expect(bad.all == Array(repeating: .keyNotFound, count: 50))
  // The second is for the unknown kids that joined a fetch which was not theirs.
  #expect(fixture.fetcher.count == 2)
}

@Test func anOutageCompletesToo() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, "", status: 500)
  let answers = Collected<ResultCode>()
  #expect(fixture.askWithoutWaiting("a") { answers.add(code($0)) } == .wouldBlock)
  #expect(eventually { !answers.all.isEmpty })
  #expect(answers.all == [.keysUnavailable])
}

@Test func A42_closingAnswersWhatWaits() throws {
  let fetcher = FakeFetcher()
  fetcher.set(jwksURL, jwks("a"))
  fetcher.hold()
  let settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(jwksURL, what: "jwks_uri")))
  let time = FakeTime()
  let closed = IssuerKeys(settings: settings, fetcher: fetcher, time: time)
  let other = IssuerKeys(settings: settings, fetcher: fetcher, time: time)
  let answers = Collected<ResultCode>()
  let others = Collected<ResultCode>()
  #expect(closed.askWithoutWaiting("a") { answers.add(code($0)) } == .wouldBlock)
  #expect(other.askWithoutWaiting("a") { others.add(code($0)) } == .wouldBlock)
  IssuerKeys.close([closed])
  #expect(eventually { answers.all == [.keysUnavailable] })
  #expect(others.all.isEmpty)
  fetcher.release()
  #expect(eventually { others.all == [.ok] })
  #expect(answers.all == [.keysUnavailable])
}

@Test func A42_aCompletionMayFreeTheLastReference() throws {
  final class Holder: @unchecked Sendable {
    var keys: IssuerKeys?
  }
  let fetcher = FakeFetcher()
  fetcher.set(jwksURL, jwks("a"))
  let settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(jwksURL, what: "jwks_uri")))
  let holder = Holder()
  holder.keys = IssuerKeys(settings: settings, fetcher: fetcher, time: FakeTime())
  weak let keys = holder.keys
  fetcher.hold()
  let answers = Collected<ResultCode>()
  let result = holder.keys?.askWithoutWaiting("a") {
    holder.keys = nil
    answers.add(code($0))
  }
  #expect(result == .wouldBlock)
  fetcher.release()
  #expect(eventually { answers.all == [.ok] && keys == nil })
}
