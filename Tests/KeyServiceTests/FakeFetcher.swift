import KeyService
import Support

/// A server in a script: answers by URL, counts requests, and holds them back when told to.
final class FakeFetcher: Fetcher, @unchecked Sendable {
  private let lock = Lock()
  private var answers: [ByteString: Result<FetchResponse, FetchError>] = [:]
  private var log: [FetchRequest] = []
  private var isHeld = false

  /// What a URL answers from now on; anything else is 404.
  func set(_ url: ByteString, _ answer: Result<FetchResponse, FetchError>) {
    lock.withLock { answers[url] = answer }
  }

  func set(_ url: ByteString, _ body: ByteString, status: Int = 200, _ fields: [(ByteString, ByteString)] = []) {
    set(url, .success(FetchResponse(status: status, fields: fields.map { .init(name: $0.0, value: $0.1) }, body: body)))
  }

  /// From now on requests take their answer, as it is then, and wait with it until `release` or their cancellation.
  func hold() { lock.withLock { isHeld = true } }

  func release() {
    lock.withLock {
      isHeld = false
      lock.wakeAll()
    }
  }

  func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
    let answer: Result<FetchResponse, FetchError> = request.cancellation.whileBlocked(
      wake: { self.wake() }
    ) {
      lock.withLock {
        let answer = answers[request.url.text] ?? .success(FetchResponse(status: 404))
        log.append(request)
        lock.wakeAll()
        while isHeld, !request.cancellation.isCancelled { lock.wait(until: MonotonicClock.milliseconds() + 10_000) }
        if request.cancellation.isCancelled { return .failure(FetchError(.cancelled, "cancelled")) }
        return answer
      }
    }
    return try answer.get()
  }

  private func wake() { lock.withLock { lock.wakeAll() } }

  var requests: [FetchRequest] { lock.withLock { log } }
  var urls: [ByteString] { requests.map(\.url.text) }
  var count: Int { requests.count }

  /// Blocks until that many requests came; a test that waits in vain fails by its own expectation afterwards.
  func waitForRequests(_ number: Int) {
    let deadline = MonotonicClock.milliseconds() + 120_000
    lock.withLock { while log.count < number, MonotonicClock.milliseconds() < deadline { lock.wait(until: deadline) } }
  }
}

/// A clock that moves when told to.
final class FakeTime: MonotonicTime, @unchecked Sendable {
  private let lock = Lock()
  private var now: Int64 = 1_000_000
  func milliseconds() -> Int64 { lock.withLock { now } }
  func advance(seconds: Int64) { lock.withLock { now += seconds * 1_000 } }
}
