import CMCPAuth
import ResourceServer
import Support

// What a configuration says of requests beside their token: who may ask from where, and what is public.

@implementation @c
public func mcpauth_config_add_allowed_origin(
  _ config: OpaquePointer!, _ origin: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addAllowedOrigin(try textArgument(origin, "origin"))
  }
}

@implementation @c
public func mcpauth_config_allow_any_origin(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.allowAnyOrigin() }
}

@implementation @c
public func mcpauth_config_add_allowed_host(
  _ config: OpaquePointer!, _ host: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addAllowedHost(try textArgument(host, "host"))
  }
}

@implementation @c
public func mcpauth_config_add_public_method(
  _ config: OpaquePointer!, _ method: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addPublicOperation(.method, try textArgument(method, "method"))
  }
}

@implementation @c
public func mcpauth_config_add_public_tool(
  _ config: OpaquePointer!, _ tool: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addPublicOperation(.tool, try textArgument(tool, "tool"))
  }
}

@implementation @c
public func mcpauth_config_set_challenge_scopes(_ config: OpaquePointer!, _ which: UInt32) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let which = ChallengeScopes(rawValue: which) else {
      throw AuthError(
        .invalidArgument, "\(Int64(which)) is no choice of challenge scopes; use a value of mcpauth_challenge_scopes")
    }
    configuration.setChallengeScopes(which)
  }
}
