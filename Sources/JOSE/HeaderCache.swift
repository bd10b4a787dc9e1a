import Support

/// Headers of tokens that were verified: every token of one key has the same one to the byte, and reading it costs as
/// much as all of the rest that is done in front of the signature. Any thread.
public final class HeaderCache: @unchecked Sendable {
  private let lock = Lock(survivesFork: true)
  // Guarded by the lock. Each is owned by its index; looking through them counts no references.
  private let entries: UnsafeMutablePointer<Unmanaged<JOSEHeader>>
  private var count = 0
  private var oldest = 0

  private static let mostEntries = 8
  private static let longestSegment = 1024

  public init() { entries = .allocate(capacity: Self.mostEntries) }

  deinit {
    for index in 0..<count { entries[index].release() }
    entries.deallocate()
  }

  func find(_ segment: UnsafeRawBufferPointer) -> JOSEHeader? {
    lock.withLock {
      for index in 0..<count where entries[index]._withUnsafeGuaranteedRef({ $0.wasRead(from: segment) }) {
        return entries[index].takeUnretainedValue()
      }
      return nil
    }
  }

  /// Only what somebody signed gets in, so that nobody else can drive out what is there.
  public func keep(_ token: borrowing VerifiedToken) {
    guard !token.isHeaderCached else { return }
    let header = token.header
    guard header.segment.count <= Self.longestSegment else { return }
    let entry = Unmanaged.passRetained(header)
    lock.withLock {
      guard count == Self.mostEntries else {
        (entries + count).initialize(to: entry)
        count &+= 1
        return
      }
      entries[oldest].release()
      entries[oldest] = entry
      oldest = (oldest &+ 1) % Self.mostEntries
    }
  }
}
