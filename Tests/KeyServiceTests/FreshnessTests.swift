import Support
import Testing

@testable import KeyService

private func seconds(_ fields: [(ByteString, ByteString)]) -> Int64 {
  let response = FetchResponse(status: 200, fields: fields.map { .init(name: $0.0, value: $0.1) })
  return lifetime(of: response, policy: RefreshPolicy(RefreshSettings())) / 1_000
}

@Test(arguments: [
  ("max-age=120", 120), ("public, MAX-AGE=120, must-revalidate", 120), ("max-age=\"120\"", 120), ("max-age=0", 30),
  ("no-store", 30), ("no-cache, max-age=600", 30), ("max-age=5", 30), ("max-age=99999999999999999999", 86_400),
  ("max-age=-1", 30), ("max-age=", 30), ("s-maxage=7200", 600), ("", 600), ("public", 600),
  ("max-age=120, max-age=240", 120),
]) func cacheControlWithinBounds(value: String, expected: Int64) {
  #expect(seconds([("cache-control", ByteString(value))]) == expected)
}

@Test func nothingStatedIsTheDefault() { #expect(seconds([]) == 600) }

@Test func ageIsTakenOff() {
  #expect(seconds([("cache-control", "max-age=600"), ("age", "100")]) == 500)
  #expect(seconds([("cache-control", "max-age=600"), ("age", "700")]) == 30)
  #expect(seconds([("cache-control", "max-age=600"), ("age", "nonsense")]) == 600)
}

@Test func expiresIsReadAgainstTheAnswersOwnDate() {
  let date: (ByteString, ByteString) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT")
  #expect(seconds([date, ("expires", "Sun, 06 Nov 1994 08:54:37 GMT")]) == 300)
  #expect(seconds([date, ("expires", "Sun, 06 Nov 1994 08:00:00 GMT")]) == 30)
  #expect(seconds([date, ("expires", "0")]) == 30)
  #expect(seconds([("expires", "Sun, 06 Nov 1994 08:54:37 GMT")]) == 600)
  #expect(seconds([date, ("expires", "Sun, 06 Nov 1994 08:54:37 GMT"), ("cache-control", "max-age=60")]) == 60)
}

@Test(arguments: [
  ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
  ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
]) func datesOfHTTP(text: String, expected: Int64) { #expect(httpDate(ByteString(text)) == expected) }

@Test(arguments: [
  "", "0", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
  "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT",
  "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT",
]) func whatIsNoDateOfHTTP(text: String) { #expect(httpDate(ByteString(text)) == nil) }

@Test func retriesBackOffWithJitter() {
  let policy = RefreshPolicy(RefreshSettings())
  let longest = [1, 2, 3, 4, 5, 6, 7, 1_000_000].map { retryDelay(failures: $0, policy: policy, random: 65_535) }
  #expect(longest == [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  let shortest = [1, 2, 1_000_000].map { retryDelay(failures: $0, policy: policy, random: 0) }
  #expect(shortest == [1_000, 2_000, 30_000])
}

@Test func absurdPoliciesAreBounded() {
  var settings = RefreshSettings()
  settings.cooldown = .min
  settings.defaultLifetime = .max
  settings.longestLifetime = .max
  settings.longestStale = .max
  settings.firstRetry = .max
  settings.longestRetry = .max
  settings.fetchBudget = .max
  let bounded = RefreshPolicy(settings)
  #expect(bounded.cooldown == 1_000)
  #expect(bounded.longestStale == 366 * 86_400_000)
  #expect(bounded.longestRetry == 3_600_000)
  #expect(retryDelay(failures: .max, policy: bounded, random: 65_535) == 3_600_000)
}
