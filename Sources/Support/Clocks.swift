import CSystem

/// Milliseconds since an arbitrary start, never stepping back: what durations (cooldowns, timeouts) are measured on.
public enum MonotonicClock {
  public static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
  }
}

/// Where durations are measured, for what must be tested without waiting: `MonotonicClock`, or a test's own.
public protocol MonotonicTime: AnyObject, Sendable {
  func milliseconds() -> Int64
}

public final class SystemMonotonicTime: MonotonicTime {
  public static let shared = SystemMonotonicTime()
  public init() {}
  public func milliseconds() -> Int64 { MonotonicClock.milliseconds() }
}

/// The same clock to the tick of the system only, 1 to 10 ms, and for that several times cheaper: for the path of a token
/// already verified.
public final class CoarseMonotonicTime: MonotonicTime {
  public static let shared = CoarseMonotonicTime()
  public init() {}
  public func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
  }
}

/// Seconds since 1970, UTC: what token times are compared with. The host may supply its own.
public protocol WallClock: AnyObject, Sendable {
  func now() -> Int64
}

public final class SystemWallClock: WallClock {
  public init() {}
  public func now() -> Int64 { Int64(time(nil)) }
}
