import Support

/// How much a token cache may keep, and for how long.
struct TokenCacheSettings: Sendable {
  /// 0: no cache.
  var maxEntries = 1_000
  var maxBytes = 8 << 20
  var maxAgeSeconds: UInt32 = 300

  static let mostEntries = 1_000_000

  init() {}

  /// INVALID_ARGUMENT for bounds that are absurd, or under which nothing could ever be kept.
  init(maxEntries: Int, maxBytes: Int, maxAgeSeconds: UInt32) throws(AuthError) {
    guard maxEntries != 0 else {
      self.maxEntries = 0
      return
    }
    guard maxEntries > 0, maxEntries <= Self.mostEntries else {
      throw AuthError(.invalidArgument, "the token cache may have at most \(Self.mostEntries) entries")
    }
    guard maxBytes != 0, maxAgeSeconds > 0 else {
      throw AuthError(
        .invalidArgument,
        "a token cache of 0 bytes or 0 s would keep nothing; to do without one, give it 0 entries")
    }
    self.maxEntries = maxEntries
    self.maxBytes = maxBytes < 0 ? .max : maxBytes  // size_t beyond Int.max: no bound
    self.maxAgeSeconds = maxAgeSeconds
  }
}
