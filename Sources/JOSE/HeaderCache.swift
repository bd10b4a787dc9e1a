import Support

/// Headers of tokens that were verified: every token of one key has the same one to the byte, and reading it costs as
/// much as all of the rest that is done in front of the signature. Any thread.
public final class HeaderCache: @unchecked Sendable {
  private struct Entry {
    /// The header as it stands in the token.
    let segment: [UInt8]
    let header: JOSEHeader
    let json: [UInt8]
  }

  private let lock = Lock(survivesFork: true)
  private var entries: [Entry] = []
  private var oldest = 0

  private static let mostEntries = 8
  private static let longestSegment = 1024

  public init() {}

  func find(_ segment: UnsafeRawBufferPointer) -> (header: JOSEHeader, json: [UInt8])? {
    lock.withLock {
      for entry in entries where entry.segment.withUnsafeBytes({ isSame($0, segment) }) {
        return (entry.header, entry.json)
      }
      return nil
    }
  }

  /// Only what somebody signed gets in, so that nobody else can drive out what is there.
  public func keep(_ token: VerifiedToken) {
    guard !token.hasKnownHeader, token.headerSegment.count <= Self.longestSegment else { return }
    let entry = Entry(segment: token.headerSegment, header: token.header, json: token.headerJSON)
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
