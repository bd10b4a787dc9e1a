import CMCPAuth
import ResourceServer
import Support

/// The host's log.
private final class HostLog: Log, @unchecked Sendable {
  private let function: mcpauth_log_fn
  private let data: HostData
  private let level: LogLevel

  init(_ function: @escaping mcpauth_log_fn, _ data: HostData, _ level: LogLevel) {
    self.function = function
    self.data = data
    self.level = level
  }

  func wants(_ level: LogLevel) -> Bool { level.rawValue <= self.level.rawValue }

  func write(_ level: LogLevel, _ message: Diagnostic) {
    (message.bytes + [0]).withUnsafeBytesTyped { text in
      function(data.pointer, level.rawValue, text.bindMemory(to: CChar.self).baseAddress, message.bytes.count)
    }
  }

  var destination: LogDestination {
    LogDestination(function: unsafeBitCast(function, to: UInt.self), data: UInt(bitPattern: data.pointer))
  }
}

func logLevel(_ level: mcpauth_log_level) throws(AuthError) -> LogLevel {
  guard let known = LogLevel(rawValue: level) else {
    throw AuthError(.invalidArgument, "\(level) is no log level; use one of the MCPAUTH_LOG_ constants")
  }
  return known
}

@implementation @c
public func mcpauth_config_set_log(
  _ config: OpaquePointer!, _ level: mcpauth_log_level, _ fn: mcpauth_log_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let fn else { throw AuthError(.nullParameter, "the log function is NULL") }
    let level = try logLevel(level)
    configuration.setLog(HostLog(fn, HostData(userdata, destroy), level))
  }
}
