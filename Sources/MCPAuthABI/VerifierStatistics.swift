import CMCPAuth
import ResourceServer
import Support

/// What a caller may have behind the members this version knows.
private let largestStatistics = 4096

@implementation @c
public func mcpauth_verifier_stats(
  _ verifier: OpaquePointer!, _ stats: UnsafeMutablePointer<mcpauth_stats>!
) -> mcpauth_result {
  guard let stats else { return ResultCode.nullParameter.rawValue }
  let size = stats.pointee.size
  let knownSize = MemoryLayout<mcpauth_stats>.size
  guard size >= knownSize, size <= largestStatistics else { return ResultCode.invalidArgument.rawValue }
  let all = UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(stats), count: size)
  for index in all.indices { all[index] = 0 }
  stats.pointee.size = size
  stats.pointee.oldest_keys_ms = -1
  guard let verifier = object(verifier, as: Verifier.self) else { return ResultCode.nullParameter.rawValue }
  let numbers = verifier.statistics
  stats.pointee.accepted = numbers.accepted
  stats.pointee.denied = numbers.denied
  stats.pointee.unavailable = numbers.unavailable
  stats.pointee.broken = numbers.broken
  stats.pointee.would_block = numbers.wouldBlock
  stats.pointee.cache_hits = numbers.cacheHits
  stats.pointee.fetches = numbers.fetches
  stats.pointee.fetch_failures = numbers.failedFetches
  stats.pointee.http_requests = numbers.requests
  stats.pointee.issuers = numbers.issuers
  stats.pointee.issuers_without_keys = numbers.issuersWithoutKeys
  stats.pointee.keys = numbers.keys
  stats.pointee.oldest_keys_ms = numbers.oldestKeys ?? -1
  return ResultCode.ok.rawValue
}

@implementation @c
public func mcpauth_verifier_result_count(_ verifier: OpaquePointer!, _ result: mcpauth_result) -> UInt64 {
  guard let verifier = object(verifier, as: Verifier.self), let result = ResultCode(rawValue: result) else { return 0 }
  return verifier.counters.total(result)
}
