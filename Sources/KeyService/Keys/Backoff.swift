import JOSE
import Support

/// The wait after the latest of `failures` failures in a row, in milliseconds: doubling from the policy's first to its
/// longest, then between half and all of that as `random` (0 to 65535) says, so that many servers do not come back at
/// once.
func retryDelay(failures: Int, policy: RefreshPolicy, random: UInt16) -> Int64 {
  var delay = policy.firstRetry
  for _ in 1..<max(min(failures, 40), 1) where delay < policy.longestRetry { delay = delay &* 2 }
  delay = min(delay, policy.longestRetry)
  return delay / 2 &+ (delay - delay / 2) &* Int64(random) / 65_535
}

/// Spreads retries; 0 when OpenSSL has no random number.
func random16() -> UInt16 {
  do throws(Failure) {
    let bytes = try randomBytes(2)
    return bytes.count == 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
  } catch {
    return 0
  }
}
