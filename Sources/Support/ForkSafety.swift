import CSystem
import Synchronization

/// Makes fork safe while threads of the library run, which the host has not started and cannot stop: the locks of state
/// they share with its threads are taken before a fork, so that the child gets that state whole, and renewed in it.
public enum ForkSafety {
  /// Which process of a line of forks this is. A thread started under another number does not exist here.
  public static var processGeneration: Int { forks.load(ordering: .acquiring) }

  private static let forks = Atomic<Int>(0)
  private static let registry = LockRegistry()

  static func add(_ lock: Lock) { registry.add(lock) }
  static func remove(_ lock: Lock) { registry.remove(lock) }

  fileprivate static func beforeFork() { registry.lockAll() }
  fileprivate static func inParent() { registry.unlockAll() }
  fileprivate static func inChild() {
    forks.wrappingAdd(1, ordering: .acquiringAndReleasing)
    registry.renewAll()
  }
}

/// The locks that survive a fork. It holds no reference to them: each leaves when it is freed.
private final class LockRegistry: @unchecked Sendable {
  private let own = Lock()
  private var locks: [Unmanaged<Lock>] = []

  init() {
    pthread_atfork({ ForkSafety.beforeFork() }, { ForkSafety.inParent() }, { ForkSafety.inChild() })
  }

  func add(_ lock: Lock) { own.withLock { locks.append(.passUnretained(lock)) } }

  func remove(_ lock: Lock) {
    let leaving = Unmanaged.passUnretained(lock).toOpaque()
    own.withLock { locks.removeAll { $0.toOpaque() == leaving } }
  }

  /// Until `unlockAll` or `renewAll`. Any order will do, as the locks are leaves.
  func lockAll() {
    own.lock()
    for lock in locks { lock._withUnsafeGuaranteedRef { $0.lock() } }
  }

  func unlockAll() {
    for lock in locks { lock._withUnsafeGuaranteedRef { $0.unlock() } }
    own.unlock()
  }

  func renewAll() {
    for lock in locks { lock._withUnsafeGuaranteedRef { $0.prepare() } }
    own.prepare()
  }
}
