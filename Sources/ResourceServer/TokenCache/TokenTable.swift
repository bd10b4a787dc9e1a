import Support

/// The tokens of a cache by their hash. Owns them. Readers hold a stripe of the cache's lock, or are the writer; it is
/// changed by the writer, while nobody reads.
struct TokenTable {
  private let buckets: UnsafeMutablePointer<Unmanaged<CachedToken>?>
  private let bucketCount: Int

  /// Never grows, so that no insertion takes longer than another.
  init(maxEntries: Int) {
    var count = 8
    while count < maxEntries { count &*= 2 }
    bucketCount = count
    buckets = .allocate(capacity: count)
    buckets.initialize(repeating: nil, count: count)
  }

  /// Frees the tokens and the table. Nobody uses it any more.
  func destroy() {
    for index in 0..<bucketCount {
      while let first = buckets[index] {
        buckets[index] = first._withUnsafeGuaranteedRef { $0.nextInBucket }
        first.release()
      }
    }
    buckets.deallocate()
  }

  private func bucket(_ hash: UInt64) -> UnsafeMutablePointer<Unmanaged<CachedToken>?> {
    buckets + Int(truncatingIfNeeded: hash & UInt64(truncatingIfNeeded: bucketCount &- 1))
  }

  /// Borrowed: valid as long as the caller's stripe is held, or its turn as the writer.
  func find(_ hash: UInt64, _ token: UnsafeRawBufferPointer) -> Unmanaged<CachedToken>? {
    var next = bucket(hash).pointee
    while let candidate = next {
      if candidate._withUnsafeGuaranteedRef({ $0.has(hash, token) }) { return candidate }
      next = candidate._withUnsafeGuaranteedRef { $0.nextInBucket }
    }
    return nil
  }

  func insert(_ token: CachedToken) {
    let bucket = bucket(token.hash)
    token.nextInBucket = bucket.pointee
    bucket.pointee = .passRetained(token)
  }

  /// Lets go of the token, which the caller holds.
  func remove(_ token: CachedToken) {
    let address = Unmanaged.passUnretained(token).toOpaque()
    let bucket = bucket(token.hash)
    var previous: CachedToken?
    var next = bucket.pointee
    while let candidate = next {
      let following = candidate._withUnsafeGuaranteedRef { $0.nextInBucket }
      if candidate.toOpaque() == address {
        if let previous { previous.nextInBucket = following } else { bucket.pointee = following }
        candidate.release()
        return
      }
      previous = candidate.takeUnretainedValue()
      next = following
    }
  }
}
