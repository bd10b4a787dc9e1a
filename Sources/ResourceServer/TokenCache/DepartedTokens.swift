/// The hashes of tokens that had to go before they were used again. One that comes back after all is no longer on
/// probation. As large as the cache, and approximate: two hashes that meet in one place replace each other.
struct DepartedTokens {
  private let hashes: UnsafeMutablePointer<UInt64>
  private let mask: UInt64

  init(maxEntries: Int) {
    var count = 8
    while count < maxEntries { count &*= 2 }
    hashes = .allocate(capacity: count)
    hashes.initialize(repeating: 0, count: count)
    mask = UInt64(truncatingIfNeeded: count &- 1)
  }

  func destroy() { hashes.deallocate() }

  private func place(_ hash: UInt64) -> UnsafeMutablePointer<UInt64> { hashes + Int(truncatingIfNeeded: hash & mask) }

  func note(_ hash: UInt64) { place(hash).pointee = hash }

  /// Whether it was noted; it is forgotten by that.
  func take(_ hash: UInt64) -> Bool {
    guard place(hash).pointee == hash else { return false }
    place(hash).pointee = 0
    return true
  }
}
