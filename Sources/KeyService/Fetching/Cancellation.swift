import Support
import Synchronization

/// The wish that a fetch under way should stop. Any thread may cancel; once cancelled it stays so.
public final class Cancellation: @unchecked Sendable {
  private let cancelled = Atomic<Bool>(false)
  private let lock = Lock()
  private var wake: (@Sendable () -> Void)?

  public init() {}

  public var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  public func cancel() {
    cancelled.store(true, ordering: .releasing)
    lock.withLock { wake?() }
  }

  /// Runs `body`, which blocks; `wake` gets it out of its sleep and is called on the thread that cancels, never before
  /// `body` began nor after this returned. It must not block and must not call into this object.
  public func whileBlocked<Result, Failure: Error>(
    wake: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.withLock { self.wake = wake }
    defer { lock.withLock { self.wake = nil } }
    return try body()
  }
}
