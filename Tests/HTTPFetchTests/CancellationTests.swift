import Dispatch
import KeyService
import Support
import Testing

@Test func A42_aCancelledFetchEnds() throws {
  let url = try local("/slow?cancelled")
  let cancellation = Cancellation()
  let ended = DispatchSemaphore(value: 0)
  let outcomes = Outcomes()
  DispatchQueue.global().async {
    outcomes.value = try? fetch(url, cancellation: cancellation) {
      $0.totalTimeout = 120_000
      $0.connectTimeout = 120_000
      $0.lowSpeedSeconds = 0
    }
    ended.signal()
  }
  let deadline = MonotonicClock.milliseconds() + 120_000
  while try requests(for: "/slow?cancelled") == 0, MonotonicClock.milliseconds() < deadline {}
  cancellation.cancel()
  // The limit is for a fetch that sleeps on until its own timeout, two minutes later.
  #expect(ended.wait(timeout: .now() + 60) == .success)
  #expect(outcomes.value?.error?.kind == .cancelled)
}

@Test func A42_cancelledBeforehandNothingIsSent() throws {
  let cancellation = Cancellation()
  cancellation.cancel()
  #expect(try fetch(try local("/cancelled-before"), cancellation: cancellation).error?.kind == .cancelled)
  #expect(try requests(for: "/cancelled-before") == 0)
}

final class Outcomes: @unchecked Sendable {
  private let lock = Lock()
  private var stored: Outcome?
  var value: Outcome? {
    get { lock.withLock { stored } }
    set { lock.withLock { stored = newValue } }
  }
}
