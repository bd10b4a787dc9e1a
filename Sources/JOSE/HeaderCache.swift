import Support

/// Headers of tokens that were verified: every token of one key has the same one to the byte, and reading it costs as
/// much as all of the rest that is done in front of the signature. Any thread.
public final class HeaderCache: @unchecked Sendable {
  private let lock = Lock(survivesFork: true)
  private var entries: [JOSEHeader] = []
  private var oldest = 0

  private static let mostEntries = 8
  private static let longestSegment = 1024

  public init() {}

  func find(_ segment: UnsafeRawBufferPointer) -> JOSEHeader? {
    lock.withLock { entries.first { $0.segment.withUnsafeBytes { isSame($0, segment) } } }
  }

  /// Only what somebody signed gets in, so that nobody else can drive out what is there.
  public func keep(_ token: borrowing VerifiedToken) {
    guard !token.hasKnownHeader, token.header.segment.count <= Self.longestSegment else { return }
    let entry = token.header
    lock.withLock {
      guard entries.count >= Self.mostEntries else {
        entries.append(entry)
        return
      }
      entries[oldest] = entry
      oldest = (oldest &+ 1) % Self.mostEntries
    }
  }
}
