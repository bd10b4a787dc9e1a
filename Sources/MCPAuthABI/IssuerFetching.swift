import CMCPAuth
import ResourceServer
import Support

// How an issuer's metadata and keys are fetched, and for how long keys are used.

@implementation @c
public func mcpauth_issuer_set_ca_file(_ issuer: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setCAFile(try textArgument(path, "path")) }
}

@implementation @c
public func mcpauth_issuer_set_ca_directory(_ issuer: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setCADirectory(try textArgument(path, "path")) }
}

@implementation @c
public func mcpauth_issuer_set_proxy(_ issuer: OpaquePointer!, _ url: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setProxy(try textArgument(url, "url")) }
}

@implementation @c
public func mcpauth_issuer_set_fetch_timeout_ms(_ issuer: OpaquePointer!, _ milliseconds: UInt32) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setFetchTimeout(milliseconds: milliseconds) }
}

@implementation @c
public func mcpauth_issuer_set_connect_timeout_ms(_ issuer: OpaquePointer!, _ milliseconds: UInt32) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setConnectTimeout(milliseconds: milliseconds) }
}

@implementation @c
public func mcpauth_issuer_set_cooldown_seconds(_ issuer: OpaquePointer!, _ seconds: UInt32) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setCooldown(seconds: seconds) }
}

@implementation @c
public func mcpauth_issuer_set_key_lifetime_seconds(
  _ issuer: OpaquePointer!, _ unless_stated: UInt32, _ longest: UInt32
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    try issuer.setKeyLifetime(seconds: unless_stated, longest: longest)
  }
}

@implementation @c
public func mcpauth_issuer_set_max_stale_seconds(_ issuer: OpaquePointer!, _ seconds: UInt32) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.setMaximumStaleness(seconds: seconds) }
}
