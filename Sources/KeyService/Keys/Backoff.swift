/// The wait after the latest of `failures` failures in a row, in milliseconds: doubling from the policy's first to its
/// longest, then between half and all of that as `random` (0 to 65535) says, so that many servers do not come back at
/// once.
func retryDelay(failures: Int, policy: RefreshPolicy, random: UInt16) -> Int64 {
  var delay = policy.firstRetry
  for _ in 1..<max(min(failures, 40), 1) where delay < policy.longestRetry { delay = delay &* 2 }
  delay = min(delay, policy.longestRetry)
  return delay / 2 &+ (delay - delay / 2) &* Int64(random) / 65_535
}

/// Spreads retries. By the kernel and not by OpenSSL, whose generator has a lock: a child forked while a fetching thread
/// holds it would wait for ever.
func random16() -> UInt16 { .random(in: 0...UInt16.max) }
