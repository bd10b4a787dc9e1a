/// Which token of a cache goes when there is no room: after S3-FIFO (Yang et al., SOSP '23).
///
/// A token is on probation until it is used a second time. A flood of tokens that are used once therefore drives out its
/// own, and none that clients come back with. Guarded by the writer's lock.
struct EvictionOrder {
  private var probation = TokenQueue(isProtected: false)
  private var protected = TokenQueue(isProtected: true)
  private let departed: DepartedTokens
  private let probationTarget: Int

  /// How many tokens are looked at for one to go, so that no insertion takes long. Where all of them are in use, they
  /// stay, and the new one finds no room this time.
  private static let longestSearch = 32

  init(maxEntries: Int) {
    departed = DepartedTokens(maxEntries: maxEntries)
    probationTarget = max(maxEntries / 8, 1)
  }

  func destroy() { departed.destroy() }

  var count: Int { probation.count &+ protected.count }

  mutating func append(_ token: CachedToken) {
    if departed.take(token.hash) { protected.append(token) } else { probation.append(token) }
  }

  mutating func remove(_ token: CachedToken) {
    if token.queueLinks.isProtected { protected.remove(token) } else { probation.remove(token) }
  }

  /// Takes the least useful token out; nil when there is none, or none was found.
  mutating func removeLeastUseful(isOver: (CachedToken) -> Bool) -> CachedToken? {
    for _ in 0..<Self.longestSearch {
      guard let token = candidate else { return nil }
      let wasOnProbation = !token.queueLinks.isProtected
      remove(token)
      if isOver(token) { return token }
      guard token.takeUse() else {
        if wasOnProbation { departed.note(token.hash) }
        return token
      }
      protected.append(token)
    }
    return nil
  }

  private var candidate: CachedToken? {
    probation.count >= probationTarget || protected.count == 0 ? probation.oldest : protected.oldest
  }
}
