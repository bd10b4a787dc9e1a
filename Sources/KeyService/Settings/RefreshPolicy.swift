import Support

/// How long keys are used and how often they are asked for, as it was set. All durations in milliseconds.
public struct RefreshSettings: Equatable, Sendable {
  /// For how long keys are fresh when the answer does not say.
  public var defaultLifetime: Int64 = 10 * 60_000
  /// The bounds of what an answer may say are `cooldown` and this.
  public var longestLifetime: Int64 = 24 * 3_600_000
  /// For how long keys are used after they were last confirmed, while they cannot be refreshed.
  public var longestStale: Int64 = 24 * 3_600_000
  /// Unknown key identifiers cause at most one fetch in this time (attack A26).
  public var cooldown: Int64 = 30_000
  /// The wait after the first failure; it doubles with each further one, up to the longest.
  public var firstRetry: Int64 = 2_000
  public var longestRetry: Int64 = 60_000
  /// A server that asks not to be asked again for a while (Retry-After) is left alone for no longer than this.
  public var longestRequestedDelay: Int64 = 5 * 60_000
  /// A fetch with all its requests may take this long, and a caller waits no longer for it.
  public var fetchBudget: Int64 = 10_000

  public init() {}
}

/// The same within bounds that hold whatever was set, so that no arithmetic on them can overflow and none is meaningless.
public struct RefreshPolicy: Sendable {
  let defaultLifetime, longestLifetime, longestStale, cooldown: Int64
  let firstRetry, longestRetry, longestRequestedDelay, fetchBudget: Int64

  public init(_ settings: RefreshSettings) {
    let year: Int64 = 366 * 86_400_000
    cooldown = min(max(settings.cooldown, 1_000), 3_600_000)
    longestLifetime = min(max(settings.longestLifetime, cooldown), year)
    defaultLifetime = min(max(settings.defaultLifetime, cooldown), longestLifetime)
    longestStale = min(max(settings.longestStale, cooldown), year)
    longestRetry = min(max(settings.longestRetry, 100), 3_600_000)
    longestRequestedDelay = min(max(settings.longestRequestedDelay, 0), 3_600_000)
    firstRetry = min(max(settings.firstRetry, 100), longestRetry)
    fetchBudget = min(max(settings.fetchBudget, 100), 600_000)
  }
}
