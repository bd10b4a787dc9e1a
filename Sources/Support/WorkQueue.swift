/// Runs what must not run on the host's threads: verifications that were asked for asynchronously, and their answers. Its
/// threads come when there is work and go when there has been none for a moment.
public final class WorkQueue: @unchecked Sendable {
  /// Callbacks of the host may block in each of them.
  private static let mostThreads = 16
  /// Milliseconds that a thread without work stays, so that a busy host does not start one for each request.
  private static let linger: Int64 = 100

  private final class Job {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Guards the rest. Nothing of the host runs under it, and no job is freed under it.
  private let lock = Lock(survivesFork: true)
  private var jobs = Fifo<Job>()
  private var threads = 0
  private var idle = 0
  /// The process whose threads are counted; a child of fork has none of them, and nothing of the parent's to do.
  private var processGeneration = ForkSafety.processGeneration
  private var isClosed = false
  private let beforeThreadEnds: @Sendable () -> Void

  /// `beforeThreadEnds` runs on each thread when its work is done and it still counts.
  public init(beforeThreadEnds: @escaping @Sendable () -> Void) { self.beforeThreadEnds = beforeThreadEnds }

  /// Runs `body` on a thread of the library. False when there is none for it and the system gives none; it is not run
  /// then.
  public func add(_ body: @escaping @Sendable () -> Void) -> Bool {
    let job = Job(body)
    let (isTaken, orphans): (Bool, [Job?]) = lock.withLock {
      let orphans = takeOrphans()
      guard !isClosed, idle > jobs.count || startThread() || threads > 0 else { return (false, orphans) }
      jobs.append(job)
      lock.wakeOne()
      return (true, orphans)
    }
    _ = orphans  // freed here: they may hold anything
    return isTaken
  }

  /// Lets the process exit in peace: what waits is dropped, and what runs is waited for, `longest` milliseconds at most.
  public func close(longest: Int64) {
    let deadline = MonotonicClock.milliseconds() &+ longest
    let dropped: [Job?] = lock.withLock {
      isClosed = true
      return jobs.takeAll()
    }
    withExtendedLifetime(dropped) {
      lock.withLock {
        while threads > idle, processGeneration == ForkSafety.processGeneration,
          MonotonicClock.milliseconds() < deadline
        { lock.wait(until: deadline) }
      }
    }
  }

  /// Under the lock. A thread ends only when no job waits, so as long as there is one, every job gets its turn.
  private func startThread() -> Bool {
    guard threads < Self.mostThreads, LibraryThread.start({ self.work() }) else { return false }
    threads += 1
    return true
  }

  /// One thread's life. A host that forks in a callback is in it in the child too, with a copy of what waits in the parent:
  /// there it ends.
  private func work() {
    let generation = ForkSafety.processGeneration
    repeat {
      while let job = take() {
        job.body()
        guard ForkSafety.processGeneration == generation else { return }
      }
      beforeThreadEnds()
    } while !leave()
  }

  /// Whether the thread may end: no job came after `take` had none.
  private func leave() -> Bool {
    lock.withLock {
      guard jobs.isEmpty else { return false }
      threads -= 1
      if isClosed { lock.wakeAll() }
      return true
    }
  }

  /// The next job; nil when there was none for a while. Once the queue is closed it does not return: a thread that ended
  /// then would do so while the process takes itself down.
  private func take() -> Job? {
    lock.withLock {
      let deadline = MonotonicClock.milliseconds() &+ Self.linger
      while jobs.isEmpty {
        let now = MonotonicClock.milliseconds()
        guard now < deadline || isClosed else { return nil }
        idle += 1
        if isClosed { lock.wakeAll() }
        lock.wait(until: isClosed ? now &+ 1_000_000 : deadline)
        idle -= 1
      }
      return jobs.takeFirst()
    }
  }

  /// Under the lock: in a child of fork, what waited in the parent, where it is done.
  private func takeOrphans() -> [Job?] {
    guard processGeneration != ForkSafety.processGeneration else { return [] }
    (threads, idle, processGeneration) = (0, 0, ForkSafety.processGeneration)
    return jobs.takeAll()
  }
}
