import Support

/// How long keys are used and how often they are asked for. All durations in milliseconds.
public struct RefreshPolicy: Equatable, Sendable {
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

  /// Bounds that hold whatever was set, so that no arithmetic on them can overflow and none is meaningless.
  var bounded: RefreshPolicy {
    let year: Int64 = 366 * 86_400_000
    var policy = self
    policy.cooldown = min(max(cooldown, 1_000), 3_600_000)
    policy.longestLifetime = min(max(longestLifetime, policy.cooldown), year)
    policy.defaultLifetime = min(max(defaultLifetime, policy.cooldown), policy.longestLifetime)
    policy.longestStale = min(max(longestStale, policy.cooldown), year)
    policy.longestRetry = min(max(longestRetry, 100), 3_600_000)
    policy.longestRequestedDelay = min(max(longestRequestedDelay, 0), 3_600_000)
    policy.firstRetry = min(max(firstRetry, 100), policy.longestRetry)
    policy.fetchBudget = min(max(fetchBudget, 100), 600_000)
    return policy
  }
}
