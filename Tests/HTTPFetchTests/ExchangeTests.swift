import Foundation
import KeyService
import Support
import Testing

@Test func anAnswerArrivesWithStatusFieldsAndBody() throws {
  let response = try #require(try fetch(try local("/ok")).response)
  #expect(response.status == 200)
  #expect(response.body == "{\"ok\":true}")
  #expect(response.field("cache-control") == "max-age=60")
  #expect(response.field("x-two") == "a, b")
  #expect(response.field("etag") == nil)
}

@Test(arguments: [404, 500, 503]) func otherStatusesAreAnswersToo(status: Int) throws {
  #expect(try fetch(try local("/status/\(status)")).response?.status == status)
}

@Test func theRequestSaysWhoAsksAndForWhat() throws {
  let body = try #require(try fetch(try local("/headers")).response?.body)
  let sent = try JSONDecoder().decode([String: String].self, from: Data(body.bytes))
  #expect(sent["user-agent"] == "libmcpauth/0.0.0-test")
  #expect(sent["accept"] == "application/jwk-set+json, application/json")
  #expect(sent["accept-encoding"] == "identity")
  #expect(Set(sent.keys) == ["host", "user-agent", "accept", "accept-encoding"])
}

@Test func anETagIsRevalidated() throws {
  let first = try #require(try fetch(try local("/etag")).response)
  let again = try #require(try fetch(try local("/etag"), etag: first.field("etag")).response)
  #expect(first.status == 200)
  #expect(again.status == 304)
  #expect(again.body.isEmpty)
}

@Test func A37_anETagWithALineBreakIsNeverSent() throws {
  let error = try fetch(try local("/never-asked"), etag: "\"a\"\r\nX-Evil: 1").error
  #expect(error?.kind == .refused)
  #expect(try requests(for: "/never-asked") == 0)
}

@Test func manyThreadsFetchAtOnce() throws {
  let url = try local("/ok")
  let statuses = Statuses()
  DispatchQueue.concurrentPerform(iterations: 32) { _ in statuses.add((try? fetch(url))?.response?.status) }
  #expect(statuses.all == Array(repeating: 200, count: 32))
}

final class Statuses: @unchecked Sendable {
  private let lock = Lock()
  private var collected: [Int?] = []
  func add(_ status: Int?) { lock.withLock { collected.append(status) } }
  var all: [Int?] { lock.withLock { collected } }
}
