import CSystem

/// A pthread mutex with a condition on the monotonic clock. Not recursive: no callback of the host runs under it.
public final class Lock: @unchecked Sendable {
  /// A cache line of its own, so that two locks are never in each other's way.
  private let storage = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 64)
  let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private let survivesFork: Bool
  private let isBrief: Bool

  /// `survivesFork`: a child of fork finds it free, and what it guards in order, although a thread of the library that
  /// the host knows nothing of may have held it. Such a lock is a leaf: under it no other such lock is taken, made or
  /// freed.
  ///
  /// `isBrief`: it is never held for long, so that who finds it taken looks again for a while before going to sleep.
  public init(survivesFork: Bool = false, isBrief: Bool = false) {
    self.survivesFork = survivesFork
    self.isBrief = isBrief
    mutex = storage.bindMemory(to: pthread_mutex_t.self, capacity: 1)
    condition = (storage + 64).bindMemory(to: pthread_cond_t.self, capacity: 1)
    prepare()
    if survivesFork { ForkSafety.add(self) }
  }

  deinit {
    if survivesFork { ForkSafety.remove(self) }
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    storage.deallocate()
  }

  public func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body()
  }

  /// Only inside `withLock`. Returns when woken, or at `deadline` (milliseconds of `MonotonicClock`), or spuriously.
  public func wait(until deadline: Int64) {
    var time = timespec(tv_sec: Int(deadline / 1000), tv_nsec: Int(deadline % 1000) * 1_000_000)
    pthread_cond_timedwait(condition, mutex, &time)
  }

  public func wakeOne() { pthread_cond_signal(condition) }
  public func wakeAll() { pthread_cond_broadcast(condition) }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }

  /// Gives it the state of a new lock. In a child of fork too: whoever waited on the condition is not there.
  func prepare() {
    var kind = pthread_mutexattr_t()
    pthread_mutexattr_init(&kind)
    pthread_mutexattr_settype(&kind, CInt(isBrief ? PTHREAD_MUTEX_ADAPTIVE_NP : PTHREAD_MUTEX_TIMED_NP))
    pthread_mutex_init(mutex, &kind)
    pthread_mutexattr_destroy(&kind)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }
}
