import Support
import Testing

@testable import KeyService

private func keys(
  _ fetcher: FakeFetcher, _ time: FakeTime, _ adjust: (inout IssuerSettings) -> Void = { _ in }
) throws -> IssuerKeys {
  var settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(jwksURL, what: "jwks_uri")))
  adjust(&settings)
  return IssuerKeys(settings: settings, fetcher: fetcher, time: time)
}

@Test func verifiersOfOneIssuerShareItsKeys() throws {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  fetcher.set(jwksURL, jwks("a"))
  let one = try keys(fetcher, time)
  let other = try keys(fetcher, time) { $0.algorithms = [.edwards] }
  let first = try one.key(kid: "a", algorithm: .eddsa)
  let second = try other.key(kid: "a", algorithm: .eddsa)
  #expect(first.generation == second.generation)
  #expect(fetcher.count == 1)
}

@Test func A21_verifiersOfOtherSettingsDoNot() throws {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  let one = try keys(fetcher, time)
  fetcher.set(jwksURL, jwks("a"))
  _ = try one.key(kid: "a", algorithm: .eddsa)
  let others = [
    try keys(fetcher, time) { $0.issuer = "https://other.example.com" },
    try keys(fetcher, time) { $0.source = .discovery },
    try keys(fetcher, time) { $0.source = .metadata(metadata()) },
    try keys(fetcher, time) { $0.http = .onLoopback },
    try keys(fetcher, time) { $0.transport.caFile = "/ca.pem" },
    try keys(fetcher, time) { $0.transport.proxy = .none },
    try keys(fetcher, time) { $0.refresh.cooldown = 60_000 },
    try keys(fetcher, time) { $0.metadataIssuer = "https://template.example.com" },
    try keys(FakeFetcher(), time),
    try keys(fetcher, FakeTime()),
  ]
  #expect(others.allSatisfy { $0.statistics.keyCount == 0 })
}

@Test func A21_aSharedKidNeverCrossesIssuers() throws {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  fetcher.set("https://one.example.com/jwks", jwks("shared", "one"))
  fetcher.set("https://two.example.com/jwks", jwks("shared"))
  func settings(_ name: String) throws -> IssuerSettings {
    let url = try HTTPURL(ByteString("https://\(name).example.com/jwks"), what: "jwks_uri")
    return IssuerSettings(issuer: ByteString("https://\(name).example.com"), source: .jwksURI(url))
  }
  let one = IssuerKeys(settings: try settings("one"), fetcher: fetcher, time: time)
  let two = IssuerKeys(settings: try settings("two"), fetcher: fetcher, time: time)
  let first = try one.key(kid: "shared", algorithm: .eddsa)
  let second = try two.key(kid: "shared", algorithm: .eddsa)
  #expect(first.key !== second.key)
  _ = try one.key(kid: "one", algorithm: .eddsa)
  #expect(throws: AuthError.self) { try two.key(kid: "one", algorithm: .eddsa) }
}

@Test func aFreedVerifierLeavesNoCacheBehind() throws {
  let fetcher = FakeFetcher()
  fetcher.set(jwksURL, jwks("a"))
  let time = FakeTime()
  for _ in 0..<3 {
    var one: IssuerKeys? = try keys(fetcher, time)
    let other: IssuerKeys? = try keys(fetcher, time)
    _ = try one?.key(kid: "a", algorithm: .eddsa)
    one = nil
    _ = try other?.key(kid: "a", algorithm: .eddsa)
  }
  // Had a cache stayed, its keys would have served.
  #expect(fetcher.count == 3)
}

@Test func A42_freeingTheLastReferenceCancelsTheFetch() throws {
  let fetcher = FakeFetcher()
  fetcher.hold()
  var last: IssuerKeys? = try keys(fetcher, FakeTime())
  #expect(last?.askWithoutWaiting("a") == .wouldBlock)
  fetcher.waitForRequests(1)
  let cancellation = try #require(fetcher.requests.first?.cancellation)
  #expect(!cancellation.isCancelled)
  last = nil
  #expect(cancellation.isCancelled)
}

@Test func A42_aFetchOutlivesAnyoneButTheLast() throws {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  fetcher.set(jwksURL, jwks("a"))
  fetcher.hold()
  var one: IssuerKeys? = try keys(fetcher, time)
  let other = try keys(fetcher, time)
  #expect(one?.askWithoutWaiting("a") == .wouldBlock)
  fetcher.waitForRequests(1)
  one = nil
  fetcher.release()
  _ = try other.key(kid: "a", algorithm: .eddsa)
  #expect(fetcher.count == 1)
}

@Test func A42_freeingReturnsAlthoughTheFetcherIgnoresItsCancellation() throws {
  final class Deaf: Fetcher, @unchecked Sendable {
    let lock = Lock()
    var isReleased = false
    var hasBegun = false
    var hasEnded = false
    func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
      lock.withLock {
        hasBegun = true
        while !isReleased { lock.wait(until: MonotonicClock.milliseconds() + 10_000) }
        hasEnded = true
      }
      throw FetchError(.unreachable, "too late")
    }
  }
  let deaf = Deaf()
  let settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(jwksURL, what: "jwks_uri")))
  var last: IssuerKeys? = IssuerKeys(settings: settings, fetcher: deaf, time: FakeTime())
  #expect(last?.askWithoutWaiting("a") == .wouldBlock)
  #expect(eventually { deaf.lock.withLock { deaf.hasBegun } })
  last = nil
  // Freed, and the fetch is still under way: nobody waited for its end.
  #expect(!deaf.lock.withLock { deaf.hasEnded })
  deaf.lock.withLock {
    deaf.isReleased = true
    deaf.lock.wakeAll()
  }
  #expect(eventually { deaf.lock.withLock { deaf.hasEnded } })
}
