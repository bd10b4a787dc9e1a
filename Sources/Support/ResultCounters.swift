import CSystem
import Synchronization

/// How often each result was given. Counting takes no lock, and threads on different processors rarely meet.
public final class ResultCounters: @unchecked Sendable {
  private typealias Counter = Atomic<UInt64>

  private static let shards = 8
  /// The groups of results are a hundred apart, with less than twenty in each.
  private static let slots = 104
  private static let cacheHitSlot = slots - 1

  private let counters: UnsafeMutablePointer<Counter>

  public init() {
    let count = Self.shards * Self.slots
    // A multiple of a cache line for each shard, from the start of one.
    counters = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Counter>.stride, alignment: 64)
      .bindMemory(to: Counter.self, capacity: count)
    for index in 0..<count { (counters + index).initialize(to: Counter(0)) }
  }

  deinit {
    counters.deinitialize(count: Self.shards * Self.slots)
    counters.deallocate()
  }

  public func count(_ result: ResultCode) { count(slot: Self.slot(result)) }

  /// A token that was verified before.
  public func countCacheHit() { count(slot: Self.cacheHitSlot) }

  private func count(slot: Int) {
    let shard = currentProcessor() % Self.shards
    counters[shard * Self.slots + slot].wrappingAdd(1, ordering: .relaxed)
  }

  public func total(_ result: ResultCode) -> UInt64 { total(slot: Self.slot(result)) }
  public var cacheHits: UInt64 { total(slot: Self.cacheHitSlot) }

  private func total(slot: Int) -> UInt64 {
    var sum: UInt64 = 0
    for shard in 0..<Self.shards {
      sum = sum &+ counters[shard * Self.slots + slot].load(ordering: .relaxed)
    }
    return sum
  }

  /// 0...19 and 21...: a place of its own for each result below 400, and for those of the 900s.
  private static func slot(_ result: ResultCode) -> Int {
    let number = Int(result.rawValue)
    return min(number < 900 ? number / 100 * 20 + number % 100 : number - 820, cacheHitSlot - 1)
  }
}
