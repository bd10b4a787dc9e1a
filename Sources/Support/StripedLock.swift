import CSystem

/// A lock for what many read and few change. It has one stripe for each processor: a reader takes the stripe of the
/// processor it runs on, for which hardly anybody contends. Writers take turns, and the one whose turn it is takes all
/// stripes for no longer than it changes what readers look at.
///
/// Survives a fork, with the rules of such a `Lock`.
public final class StripedLock: @unchecked Sendable {
  public let stripeCount: Int
  private let writers: Lock
  /// In the order in which a writer and a fork take them, after `writers`.
  private let stripes: [Lock]
  /// The mutexes of the stripes. A reader goes through here, so that it counts no references on what all readers share.
  private let mutexes: UnsafeMutablePointer<UnsafeMutablePointer<pthread_mutex_t>>

  private static let mostStripes = 16

  public init() {
    stripeCount = min(max(sysconf(Int32(_SC_NPROCESSORS_CONF)), 1), Self.mostStripes)
    writers = Lock(survivesFork: true)
    stripes = (0..<stripeCount).map { _ in Lock(survivesFork: true, isBrief: true) }
    mutexes = .allocate(capacity: stripeCount)
    for (index, stripe) in stripes.enumerated() { (mutexes + index).initialize(to: stripe.mutex) }
  }

  deinit { mutexes.deallocate() }

  /// For a reader: takes one stripe and gives its number, for `leave`. No writer changes anything meanwhile, and no other
  /// reader has this number. (Two calls, because a closure would count references to what it captures.)
  public func enter() -> Int {
    let index = currentProcessor() % stripeCount
    pthread_mutex_lock(mutexes[index])
    return index
  }

  public func leave(_ index: Int) { pthread_mutex_unlock(mutexes[index]) }

  /// Runs `body` while no other writer runs. What readers look at may be read, and changed `withoutReaders`.
  public func asWriter<Result>(_ body: () -> Result) -> Result { writers.withLock { body() } }

  /// Only inside `asWriter`: runs `body` while nobody reads.
  public func withoutReaders(_ body: () -> Void) {
    for index in 0..<stripeCount { pthread_mutex_lock(mutexes[index]) }
    defer { for index in 0..<stripeCount { pthread_mutex_unlock(mutexes[index]) } }
    body()
  }
}
