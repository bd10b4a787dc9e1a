/// How much an entry of the log matters. The numbers are those of `mcpauth_log_level`.
public enum LogLevel: UInt32, Sendable {
  /// Requests fail for a reason that is not theirs.
  case error = 1
  /// Something will fail unless it is fixed.
  case warning = 2
  case info = 3
  /// Each refused token.
  case debug = 4
}

/// Where the host wants to read what happens. Any thread, several at once, never under a lock of the library.
public protocol Log: AnyObject, Sendable {
  func wants(_ level: LogLevel) -> Bool
  func write(_ level: LogLevel, _ message: Diagnostic)
  /// Equal for logs that write to the same place, so that one entry is enough.
  var destination: LogDestination { get }
}

public struct LogDestination: Equatable, Sendable {
  private let function, data: UInt

  public init(function: UInt, data: UInt) {
    self.function = function
    self.data = data
  }
}
