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
  done.wait()
  while watched != nil {}
}
