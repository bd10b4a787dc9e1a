/// Which token of a cache goes when there is no room: after S3-FIFO (Yang et al., SOSP '23).
///
/// A token is on small until it is used a second time. A flood of tokens that are used once therefore drives out its
/// own, and none that clients come back with. Guarded by the writer's lock.
struct EvictionOrder {
  private var small = TokenQueue(isMain: false)
  private var protected = TokenQueue(isMain: true)
  private let ghost: GhostQueue
  private let smallTarget: Int

  /// How many tokens are looked at for one to go, so that no insertion takes long. Where all of them are in use, they
  /// stay, and the new one finds no room this time.
  private static let longestSearch = 32

  init(maxEntries: Int) {
    ghost = GhostQueue(maxEntries: maxEntries)
    smallTarget = max(maxEntries / 8, 1)
  }

  func destroy() { ghost.destroy() }

  var count: Int { small.count &+ protected.count }

  mutating func append(_ token: CachedToken) {
    if ghost.take(token.hash) { protected.append(token) } else { small.append(token) }
  }

  mutating func remove(_ token: CachedToken) {
    if token.queueLinks.isMain { protected.remove(token) } else { small.remove(token) }
  }

  /// Takes the least useful token out; nil when there is none, or none was found.
  mutating func removeLeastUseful(isOver: (CachedToken) -> Bool) -> CachedToken? {
    for _ in 0..<Self.longestSearch {
      guard let token = candidate else { return nil }
      let wasSmall = !token.queueLinks.isMain
      remove(token)
      if isOver(token) { return token }
      guard token.takeUse() else {
        if wasSmall { ghost.note(token.hash) }
        return token
      }
      protected.append(token)
    }
    return nil
  }

  private var candidate: CachedToken? {
    small.count >= smallTarget || protected.count == 0 ? small.oldest : protected.oldest
  }
}
