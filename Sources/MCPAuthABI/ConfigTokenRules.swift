import CMCPAuth
import ResourceServer
import Support

// The settings that make the rules for tokens stricter or laxer than they are by default.

@implementation @c
public func mcpauth_config_set_max_token_age_seconds(_ config: OpaquePointer!, _ seconds: UInt32) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in try configuration.setMaximumTokenAge(seconds: seconds) }
}

@implementation @c
public func mcpauth_config_require_rfc9068(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in try configuration.requireRFC9068() }
}

@implementation @c
public func mcpauth_config_dangerous_disable_token_type_check(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in try configuration.dangerousDisableTokenTypeCheck() }
}

@implementation @c
public func mcpauth_config_dangerous_allow_missing_expiry(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.dangerousAllowMissingExpiry() }
}

@implementation @c
public func mcpauth_config_dangerous_allow_missing_subject(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.dangerousAllowMissingSubject() }
}
