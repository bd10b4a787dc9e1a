import Support

/// A fetch of keys that is under way. What changes in it is guarded by the lock of the cache it belongs to.
final class PendingFetch: @unchecked Sendable {
  let startedAt: Int64
  let cancellation = Cancellation()
  /// The lookup it was started for, if it was for one.
  let query: KeyQuery?
  /// The process whose thread carries it; a child of fork has no such thread.
  private let processGeneration = ForkSafety.processGeneration
  var isFinished = false
  var pending: [PendingLookup] = []

  init(startedAt: Int64, query: KeyQuery?) {
    self.startedAt = startedAt
    self.query = query
  }

  var isOrphaned: Bool { processGeneration != ForkSafety.processGeneration }
}

/// Whose lookups they are: those of one `IssuerKeys`.
final class LookupOwner: @unchecked Sendable {
  /// Nobody is there to be answered any more. Guarded by the lock of the cache.
  var isClosed = false
}

/// A lookup that is answered when a fetch is over. Changed by its cache alone: under the lock, or when nobody else has it.
final class PendingLookup: @unchecked Sendable {
  let query: KeyQuery
  let owner: LookupOwner
  /// Whether the fetch began after the lookup, so that its result is the last word on it.
  var isFinal = false
  /// Called once, without a lock, on a thread of the library, with a key or a failure.
  let completion: @Sendable (KeyAnswer) -> Void

  init(query: KeyQuery, owner: LookupOwner, completion: @escaping @Sendable (KeyAnswer) -> Void) {
    self.query = query
    self.owner = owner
    self.completion = completion
  }
}
