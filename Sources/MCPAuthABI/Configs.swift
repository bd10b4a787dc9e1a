import CMCPAuth
import ResourceServer
import Support

/// A configuration, shared by the handles of it and of its issuers.
final class ConfigState {
  let configuration = Configuration()
  private let lock = Lock()
  private var madeError: ErrorObject?

  /// Makes one change. The configuration keeps its first failure.
  func apply(_ change: (Configuration) throws(AuthError) -> Void) -> mcpauth_result {
    do throws(AuthError) {
      try configuration.apply(change)
      return ResultCode.ok.rawValue
    } catch {
      return error.result.rawValue
    }
  }

  /// The configuration's first failure, as the caller may borrow it: made when it is first asked for, by whichever thread.
  var error: ErrorObject? {
    lock.withLock {
      if madeError == nil { madeError = configuration.firstFailure.map { ErrorObject($0) } }
      return madeError
    }
  }
}

/// What is behind an `mcpauth_config`.
final class ConfigObject {
  let state = ConfigState()
  /// Borrowed by the caller; they live as long as the configuration.
  var issuers: [IssuerObject] = []
}

/// One change to the configuration behind `config`.
func configure(
  _ config: OpaquePointer?, _ change: (Configuration) throws(AuthError) -> Void
) -> mcpauth_result {
  guard let config = object(config, as: ConfigObject.self) else { return ResultCode.nullParameter.rawValue }
  return config.state.apply(change)
}

private func makeConfig(
  _ resource: UnsafePointer<CChar>?, dangerouslyHTTP: Bool, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> mcpauth_result {
  guard let out else { return ResultCode.nullParameter.rawValue }
  let config = ConfigObject()
  out.pointee = retained(config)
  return config.state.apply { (configuration) throws(AuthError) in
    try configuration.setResource(try textArgument(resource, "resource"), dangerouslyHTTP: dangerouslyHTTP)
  }
}

@implementation @c
public func mcpauth_config_new(
  _ resource: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  makeConfig(resource, dangerouslyHTTP: false, out)
}

@implementation @c
public func mcpauth_config_dangerous_new_with_http_resource(
  _ resource: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  makeConfig(resource, dangerouslyHTTP: true, out)
}

@implementation @c
public func mcpauth_config_free(_ config: OpaquePointer!) { release(config, as: ConfigObject.self) }

@implementation @c
public func mcpauth_config_error(_ config: OpaquePointer!) -> OpaquePointer! {
  object(config, as: ConfigObject.self)?.state.error.map { borrowed($0) }
}

@implementation @c
public func mcpauth_config_add_issuer(
  _ config: OpaquePointer!, _ issuer: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let config = object(config, as: ConfigObject.self) else { return ResultCode.nullParameter.rawValue }
  return config.state.apply { (configuration) throws(AuthError) in
    let added = try configuration.addIssuer(try textArgument(issuer, "issuer"))
    let handle = IssuerObject(config.state, added)
    config.issuers.append(handle)
    out?.pointee = borrowed(handle)
  }
}

@implementation @c
public func mcpauth_config_set_leeway_seconds(_ config: OpaquePointer!, _ seconds: UInt32) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in try configuration.setLeeway(seconds: seconds) }
}

@implementation @c
public func mcpauth_config_set_show_error_details(_ config: OpaquePointer!, _ show: Bool) -> mcpauth_result {
  configure(config) { $0.setShowErrorDetails(show) }
}

@implementation @c
public func mcpauth_config_set_token_cache(
  _ config: OpaquePointer!, _ max_entries: Int, _ max_bytes: Int, _ max_age_seconds: UInt32
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.setTokenCache(maxEntries: max_entries, maxBytes: max_bytes, maxAgeSeconds: max_age_seconds)
  }
}
