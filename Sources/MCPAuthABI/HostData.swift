import CMCPAuth
import ResourceServer
import Support

/// The userdata of a callback. Its destructor runs once, when the last object that needs it is gone.
final class HostData: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
  private let destroy: mcpauth_destroy_fn?

  init(_ pointer: UnsafeMutableRawPointer?, _ destroy: mcpauth_destroy_fn?) {
    self.pointer = pointer
    self.destroy = destroy
  }

  deinit { destroy?(pointer) }
}

/// The host's clock.
final class HostClock: WallClock, @unchecked Sendable {
  private let function: mcpauth_clock_fn
  private let data: HostData

  init(_ function: @escaping mcpauth_clock_fn, _ data: HostData) {
    self.function = function
    self.data = data
  }

  func now() -> Int64 { function(data.pointer) }
}

@implementation @c
public func mcpauth_config_set_clock(
  _ config: OpaquePointer!, _ fn: mcpauth_clock_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let fn else { throw AuthError(.nullParameter, "the clock function is NULL") }
    configuration.setClock(HostClock(fn, HostData(userdata, destroy)))
  }
}
