import KeyService
import Support
import Testing

/// A server that takes its time, on the test's clock: three seconds for each request.
private final class SlowFetcher: Fetcher, @unchecked Sendable {
  let time = FakeTime()
  private let lock = Lock()
  private var timeouts: [Int64] = []
  var requested: [Int64] { lock.withLock { timeouts } }

  func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
    lock.withLock { timeouts.append(request.transport.totalTimeout) }
    time.advance(seconds: 3)
    return FetchResponse(status: request.url.text == jwksURL ? 200 : 404, body: jwks("a"))
  }
}

private func outcome(budget: Int64) -> (timeouts: [Int64], message: String?) {
  let fetcher = SlowFetcher()
  var settings = IssuerSettings(issuer: "https://as.example.com/tenant")
  settings.refresh.fetchBudget = budget
  let keys = IssuerKeys(settings: settings, fetcher: fetcher, time: fetcher.time)
  do throws(AuthError) {
    _ = try keys.key(kid: "a", algorithm: .eddsa)
    return (fetcher.requested, nil)
  } catch {
    return (fetcher.requested, error.message.string)
  }
}

@Test func A25_theRequestsOfAFetchShareItsBudget() {
  #expect(outcome(budget: 10_000).timeouts == [5_000, 5_000, 4_000])
  #expect(outcome(budget: 7_000).timeouts == [5_000, 4_000, 1_000])
}

@Test func A25_noRequestBeginsAfterTheBudget() {
  let outcome = outcome(budget: 6_000)
  #expect(outcome.timeouts == [5_000, 3_000])
  #expect(outcome.message?.contains("took all of the 6000 ms") == true)
}
