import Dispatch
import Support
import Testing

@Test func aLibraryThreadRunsItsBodyAndFreesIt() {
  final class Held: Sendable {}
  let done = DispatchSemaphore(value: 0)
  var held: Held? = Held()
  weak let watched = held
  let started = LibraryThread.start { [held] in
    withExtendedLifetime(held) {}
    done.signal()
  }
  held = nil
  #expect(started)
  #expect(done.wait(timeout: .now() + 300) == .success)
  let deadline = MonotonicClock.milliseconds() + 300_000
  while watched != nil, MonotonicClock.milliseconds() < deadline {}
  #expect(watched == nil)
}
