import CSystem

/// A lock for what many read and few change. It has one stripe for each processor: a reader takes the stripe of the
/// processor it runs on, for which hardly anybody contends, and a writer takes all of them.
///
/// Survives a fork, with the rules of such a `Lock`.
public final class StripedLock: @unchecked Sendable {
  public let stripeCount: Int
  /// In the order in which a writer and a fork take them.
  private let stripes: [Lock]
  /// The mutexes of the stripes. A reader goes through here, so that it counts no references on what all readers share.
  private let mutexes: UnsafeMutablePointer<UnsafeMutablePointer<pthread_mutex_t>>

  private static let mostStripes = 16

  public init() {
    stripeCount = min(max(sysconf(Int32(_SC_NPROCESSORS_CONF)), 1), Self.mostStripes)
    stripes = (0..<stripeCount).map { _ in Lock(survivesFork: true) }
    mutexes = .allocate(capacity: stripeCount)
    for (index, stripe) in stripes.enumerated() { (mutexes + index).initialize(to: stripe.mutex) }
  }

  deinit { mutexes.deallocate() }

  /// For a reader: takes one stripe and gives its number, for `leave`. No writer runs meanwhile, and no other reader with
  /// this number. (Two calls, because a closure would count references to what it captures.)
  public func enter() -> Int {
    let index = currentProcessor() % stripeCount
    pthread_mutex_lock(mutexes[index])
    return index
  }

  public func leave(_ index: Int) { pthread_mutex_unlock(mutexes[index]) }

  /// Runs `body` alone.
  public func withAllStripes<Result>(_ body: () -> Result) -> Result {
    for index in 0..<stripeCount { pthread_mutex_lock(mutexes[index]) }
    defer { for index in 0..<stripeCount { pthread_mutex_unlock(mutexes[index]) } }
    return body()
  }
}
