/// The hashes of tokens that had to go before they were used again. One that comes back after all is no longer on
/// small. Twice as many as the cache has entries, in sets of four, of which the oldest is forgotten.
struct GhostQueue {
  private let hashes: UnsafeMutablePointer<UInt64>
  private let mask: UInt64

  private static let setSize = 4

  init(maxEntries: Int) {
    var sets = 2
    while sets < maxEntries / 2 { sets &*= 2 }
    hashes = .allocate(capacity: sets &* Self.setSize)
    hashes.initialize(repeating: 0, count: sets &* Self.setSize)
    mask = UInt64(truncatingIfNeeded: sets &- 1)
  }

  func destroy() { hashes.deallocate() }

  private func set(_ hash: UInt64) -> UnsafeMutablePointer<UInt64> {
    hashes + Int(truncatingIfNeeded: hash & mask) &* Self.setSize
  }

  func note(_ hash: UInt64) {
    let set = set(hash)
    for index in (1..<Self.setSize).reversed() { set[index] = set[index &- 1] }
    set[0] = hash
  }

  /// Whether it was noted; it is forgotten by that.
  func take(_ hash: UInt64) -> Bool {
    let set = set(hash)
    for index in 0..<Self.setSize where set[index] == hash {
      set[index] = 0
      return true
    }
    return false
  }
}
