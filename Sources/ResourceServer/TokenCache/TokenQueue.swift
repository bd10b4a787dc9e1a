/// Tokens of a cache in the order they came in. Refers to them without owning them: the table does. Guarded by the
/// writer's lock.
struct TokenQueue {
  /// A token's place in the queue it is in.
  struct Links {
    fileprivate(set) var isMain = false
    fileprivate var older: Unmanaged<CachedToken>?
    fileprivate var newer: Unmanaged<CachedToken>?
  }

  /// What is noted on the tokens in it: which of the two queues this is.
  let isMain: Bool
  private var first: Unmanaged<CachedToken>?
  private var last: Unmanaged<CachedToken>?
  private(set) var count = 0

  init(isMain: Bool) { self.isMain = isMain }

  var oldest: CachedToken? { first?.takeUnretainedValue() }

  mutating func append(_ token: CachedToken) {
    let appended = Unmanaged.passUnretained(token)
    token.queueLinks = Links(isMain: isMain, older: last, newer: nil)
    if let last { last._withUnsafeGuaranteedRef { $0.queueLinks.newer = appended } } else { first = appended }
    last = appended
    count &+= 1
  }

  mutating func remove(_ token: CachedToken) {
    let (older, newer) = (token.queueLinks.older, token.queueLinks.newer)
    if let newer { newer._withUnsafeGuaranteedRef { $0.queueLinks.older = older } } else { last = older }
    if let older { older._withUnsafeGuaranteedRef { $0.queueLinks.newer = newer } } else { first = newer }
    count &-= 1
  }
}
