import KeyService
import Support
import Synchronization

/// One token of a cache: what it was verified to be, and for how long that holds. Immutable but for what is said to be
/// guarded.
final class CachedToken: @unchecked Sendable {
  let hash: UInt64
  /// The whole token, within `info`.
  private let token: UnsafeRawBufferPointer
  private let info: AuthInfo
  /// Both together name the key set it was verified with.
  private let issuerKeys: IssuerKeys
  /// The same, for a hit to ask without counting a reference.
  let keys: Unmanaged<IssuerKeys>
  let generation: UInt64
  let validity: Validity
  let byteCount: Int

  /// One AuthInfo for each stripe of the cache's lock, made when it is first asked for; each is guarded by its stripe. So
  /// that processors which serve the same token do not all count references in one place.
  private let copies: UnsafeMutablePointer<AuthInfo?>
  private let copyCount: Int

  /// Set by readers, taken back by evictions.
  private let use = Atomic<Bool>(false)

  /// The table's, and guarded as that.
  var nextInBucket: Unmanaged<CachedToken>?
  /// Guarded by the writer's lock.
  var queueLinks = TokenQueue.Links()

  init(_ verified: NewToken, hash: UInt64, keptUntil: Int64, copyCount: Int) {
    self.hash = hash
    self.copyCount = copyCount
    info = verified.info
    token = verified.info.token
    issuerKeys = verified.keys
    keys = .passUnretained(verified.keys)
    generation = verified.generation
    validity = Validity(window: verified.window, keptUntil: keptUntil)
    copies = .allocate(capacity: copyCount)
    copies.initialize(repeating: nil, count: copyCount)
    byteCount = Self.overhead &+ verified.info.byteCount &+ copyCount &* (AuthInfo.handleBytes &+ 8)
  }

  deinit {
    copies.deinitialize(count: copyCount)
    copies.deallocate()
  }

  /// This object, its place in the table and what malloc adds to each block.
  private static let overhead = 256

  /// The hash is keyed, so that the time this takes tells nothing about the tokens that are there.
  func has(_ hash: UInt64, _ token: UnsafeRawBufferPointer) -> Bool {
    self.hash == hash && bytesEqual(self.token, token)
  }

  /// For how long it holds, its key set aside, which is for the caller to ask about.
  struct Validity {
    let window: ValidityWindow
    /// Milliseconds of the cache's monotonic clock.
    let keptUntil: Int64

    enum State { case notYet, usable, over }

    func state(now: Int64, monotonic: Int64) -> State {
      if Double(now) >= window.end || monotonic >= keptUntil { return .over }
      return window.contains(Double(now)) ? .usable : .notYet
    }
  }

  /// The AuthInfo for who holds this stripe.
  func copy(stripe: Int) -> AuthInfo {
    if !use.load(ordering: .relaxed) { use.store(true, ordering: .relaxed) }
    guard stripe < copyCount else { return info }
    if let copy = copies[stripe] { return copy }
    let copy = AuthInfo(sharing: info)
    copies[stripe] = copy
    return copy
  }

  /// Whether it was used since this was last asked.
  func takeUse() -> Bool { use.exchange(false, ordering: .relaxed) }
}

/// What was verified just now.
struct NewToken {
  let info: AuthInfo
  let keys: IssuerKeys
  /// Of the key set, read before the key was looked up.
  let generation: UInt64
  let window: ValidityWindow
}
