import Foundation
import KeyService
import Support
import Testing

@Test func A25_aBodyOfTheCapPassesAndOneByteMoreDoesNot() throws {
  #expect(try fetch(try local("/large/1048576")).response?.body.count == 1 << 20)
  #expect(try fetch(try local("/large/1048577")).error?.kind == .tooLarge)
}

@Test(arguments: ["/endless", "/long-header"]) func A25_whatNeverEndsIsCutOff(path: String) throws {
  #expect(try fetch(try local(path)).error?.kind == .tooLarge)
}

@Test func A25_aSlowFirstByteTimesOut() throws {
  let error = try #require(try fetch(try local("/slow")) { $0.totalTimeout = 200 }.error)
  #expect(error.kind == .timedOut)
  #expect(error.message.string.contains("200 ms"))
}

@Test func A25_oneByteASecondTimesOut() throws {
  // The total is out of reach, so that it is the speed that ends it.
  let outcome = try fetch(try local("/drip")) {
    $0.totalTimeout = 60_000
    $0.lowSpeedSeconds = 1
  }
  #expect(outcome.error?.kind == .timedOut)
}

@Test(arguments: ["/close", "/truncated", "/garbage"]) func A25_brokenAnswersAreNoAnswers(path: String) throws {
  #expect(try fetch(try local(path)).error?.kind == .unreachable)
}

@Test func aRefusedConnectionSaysSo() throws {
  let error = try #require(try fetch("http://127.0.0.1:1/").error)
  #expect(error.kind == .unreachable)
  #expect(error.message.string.contains("no connection"))
}

@Test func aNameThatDoesNotResolveSaysSo() throws {
  let error = try #require(try fetch("https://does-not-exist.invalid/") { $0.proxy = .none }.error)
  #expect(error.kind == .unreachable)
  #expect(error.message.string.contains("cannot be resolved"))
}

@Test(arguments: [
  "gzip,%20gzip,%20gzip,%20gzip,%20chunked", "gzip", "gzip;chunked", "chunked;gzip", "chunked,%20chunked",
  "chunked;chunked",
  "deflate,%20chunked", "br,%20chunked", "x-gzip,%20chunked", "identity,%20chunked", "chunked,%0d%0a%20gzip", "",
])
func A47_onlyChunkedIsRead(codings: String) throws {
  let error = try #require(try fetch(try local("/transfer?\(codings)")).error)
  #expect(error.kind == .unreadable)
  #expect(error.message.string.contains("Transfer-Encoding"))
}

@Test(arguments: ["chunked", "%20Chunked", "%20%20CHUNKED%20"]) func A47_chunkedIsRead(coding: String) throws {
  #expect(try fetch(try local("/transfer?\(coding)")).response?.body == "{\"ok\":true}")
}
