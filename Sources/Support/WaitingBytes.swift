import CSystem
import Synchronization

/// Memory for what an asynchronous call keeps of a request until it is decided. Senders choose how much that is and how long
/// it waits (they can name keys that have to be fetched), so it is bounded for the whole process, and a lack of memory is an
/// error and not the end of the process (attack A48).
public final class WaitingBytes: @unchecked Sendable {
  public let bytes: UnsafeMutableRawBufferPointer
  private let charge: Int
  private let processGeneration: Int

  /// What one call copies, in bytes: more than any token or body that could be accepted.
  public static let longestText = 8 << 20
  private static let most = 64 << 20
  /// About what a call that waits takes beside its texts.
  private static let overhead = 1024

  private static let waiting = Atomic<Int>(0)
  /// A child of fork does not have the threads that would free what its parent's calls hold: it begins with nothing.
  private static let countedGeneration = Atomic<Int>(0)

  /// NO_MEMORY: too much waits, or the system has none.
  public static func make(_ byteCount: Int) throws(AuthError) -> WaitingBytes {
    let (charge, isOverflow) = byteCount.addingReportingOverflow(overhead)
    guard !isOverflow, take(charge) else {
      throw AuthError(.noMemory, "more than \(most) bytes of requests wait for keys; answer this one with 503")
    }
    guard let start = malloc(max(byteCount, 1)) else {
      waiting.wrappingSubtract(charge, ordering: .relaxed)
      throw AuthError(.noMemory, "there is no memory for a request that has to wait; answer it with 503")
    }
    return WaitingBytes(UnsafeMutableRawBufferPointer(start: start, count: byteCount), charge: charge)
  }

  private static func take(_ charge: Int) -> Bool {
    let generation = ForkSafety.processGeneration
    if countedGeneration.exchange(generation, ordering: .relaxed) != generation { waiting.store(0, ordering: .relaxed) }
    if waiting.wrappingAdd(charge, ordering: .relaxed).newValue <= most { return true }
    waiting.wrappingSubtract(charge, ordering: .relaxed)
    return false
  }

  private init(_ bytes: UnsafeMutableRawBufferPointer, charge: Int) {
    self.bytes = bytes
    self.charge = charge
    processGeneration = ForkSafety.processGeneration
  }

  deinit {
    free(bytes.baseAddress)
    guard processGeneration == ForkSafety.processGeneration else { return }
    Self.waiting.wrappingSubtract(charge, ordering: .relaxed)
  }
}
