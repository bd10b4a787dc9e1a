import CSystem

/// Memory whose size somebody else chooses, from a malloc whose failure is reported: Swift's own allocations end the
/// process where there is none.
///
/// Owned by whoever holds it, and given back by `deinit`. Not initialised. One thread at a time while it is written to.
public struct CheckedMemory: ~Copyable, @unchecked Sendable {
  /// nil when there is none.
  public private(set) var start: UnsafeMutableRawPointer?
  public private(set) var byteCount = 0

  /// None.
  public init() {}

  /// Without a `start` where there was not so much.
  public init(byteCount: Int) { _ = resize(to: byteCount) }

  deinit { free(start) }

  /// Makes it as large as `byteCount`, larger or smaller; what fits stays, though mostly at another address. False, and
  /// all is as it was, when there is no memory.
  public mutating func resize(to byteCount: Int) -> Bool {
    guard byteCount >= 0, let moved = realloc(start, max(byteCount, 1)) else { return false }
    start = moved
    self.byteCount = byteCount
    return true
  }
}
