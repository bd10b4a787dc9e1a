import KeyService
import Support

/// What a verifier did so far, for an operator to export.
public struct Statistics: Sendable {
  /// Requests and tokens by how they were answered: 2xx, 400 to 403, 503, 500.
  public private(set) var accepted: UInt64 = 0
  public private(set) var denied: UInt64 = 0
  public private(set) var unavailable: UInt64 = 0
  public private(set) var broken: UInt64 = 0
  public private(set) var wouldBlock: UInt64 = 0
  /// Of those accepted or denied, how many tokens had been verified before.
  public fileprivate(set) var cacheHits: UInt64 = 0

  /// Sums over all issuers whose keys are fetched.
  public private(set) var fetches: UInt64 = 0
  public private(set) var failedFetches: UInt64 = 0
  public private(set) var requests: UInt64 = 0

  public private(set) var issuers: UInt64 = 0
  public private(set) var issuersWithoutKeys: UInt64 = 0
  public private(set) var keys: UInt64 = 0
  /// Milliseconds since the keys that were not confirmed for longest were fetched or confirmed; nil: none were fetched.
  public private(set) var oldestKeys: Int64?

  fileprivate mutating func add(_ result: ResultCode, _ count: UInt64) {
    switch result {
    case .ok: accepted = count
    case .wouldBlock: wouldBlock = count
    case .responded: break  // metadata and preflights: nobody was judged
    default:
      switch Outcome.of(result).status {
      case 503: unavailable &+= count
      case 500...: broken &+= count
      default: denied &+= count
      }
    }
  }

  fileprivate mutating func add(_ issuer: KeyStatistics) {
    issuers &+= 1
    if issuer.keyCount == 0 { issuersWithoutKeys &+= 1 }
    keys &+= UInt64(issuer.keyCount)
    fetches &+= issuer.fetches
    failedFetches &+= issuer.failures
    requests &+= issuer.requests
    if let age = issuer.keyAge { oldestKeys = max(oldestKeys ?? 0, age) }
  }
}

extension Verifier {
  /// The numbers belong together only roughly, as threads go on counting.
  public var statistics: Statistics {
    var statistics = Statistics()
    for result in ResultCode.allCases { statistics.add(result, counters.total(result)) }
    statistics.cacheHits = counters.cacheHits
    for issuer in issuers.all { statistics.add(issuer.statistics) }
    return statistics
  }
}
