import CMCPAuth
import ResourceServer
import Support

// Whom a token has to be meant for and issued to.

@implementation @c
public func mcpauth_config_add_audience(
  _ config: OpaquePointer!, _ audience: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addAudience(try textArgument(audience, "audience"))
  }
}

@implementation @c
public func mcpauth_config_add_allowed_client(
  _ config: OpaquePointer!, _ client_id: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addAllowedClient(try textArgument(client_id, "client id"))
  }
}

@implementation @c
public func mcpauth_config_add_required_claim(
  _ config: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ value: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addRequiredClaim(try textArgument(path, "path"), try textArgument(value, "value"))
  }
}

@implementation @c
public func mcpauth_config_ignore_root_slash(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.ignoreRootSlash() }
}

@implementation @c
public func mcpauth_config_dangerous_disable_audience_check(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.dangerousDisableAudienceCheck() }
}

@implementation @c
public func mcpauth_config_dangerous_allow_missing_audience(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.dangerousAllowMissingAudience() }
}
