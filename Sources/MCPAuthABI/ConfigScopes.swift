import CMCPAuth
import ResourceServer
import Support

// What a configuration says of scopes.

@implementation @c
public func mcpauth_config_add_required_scope(
  _ config: OpaquePointer!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addRequiredScope(try textArgument(scope, "scope"))
  }
}

@implementation @c
public func mcpauth_config_add_scope_claim(
  _ config: OpaquePointer!, _ path: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addScopeClaim(try textArgument(path, "path"))
  }
}

@implementation @c
public func mcpauth_config_add_scope_implication(
  _ config: OpaquePointer!, _ scope: UnsafePointer<CChar>!, _ implied: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addScopeImplication(
      try textArgument(scope, "scope"), implies: try textArgument(implied, "implied scope"))
  }
}

@implementation @c
public func mcpauth_config_add_advertised_scope(
  _ config: OpaquePointer!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addAdvertisedScope(try textArgument(scope, "scope"))
  }
}

@implementation @c
public func mcpauth_config_set_scope_request_name(
  _ config: OpaquePointer!, _ scope: UnsafePointer<CChar>!, _ request_name: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.setScopeRequestName(
      try textArgument(scope, "scope"), try textArgument(request_name, "request name"))
  }
}

private func addOperationScope(
  _ config: OpaquePointer?, _ kind: OperationKind, _ name: UnsafePointer<CChar>?, _ scope: UnsafePointer<CChar>?
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addOperationScope(kind, try textArgument(name, "name"), try textArgument(scope, "scope"))
  }
}

@implementation @c
public func mcpauth_config_add_tool_scope(
  _ config: OpaquePointer!, _ tool: UnsafePointer<CChar>!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  addOperationScope(config, .tool, tool, scope)
}

@implementation @c
public func mcpauth_config_add_prompt_scope(
  _ config: OpaquePointer!, _ prompt: UnsafePointer<CChar>!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  addOperationScope(config, .prompt, prompt, scope)
}

@implementation @c
public func mcpauth_config_add_resource_scope(
  _ config: OpaquePointer!, _ uri: UnsafePointer<CChar>!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  addOperationScope(config, .resource, uri, scope)
}

@implementation @c
public func mcpauth_config_add_resource_template_scope(
  _ config: OpaquePointer!, _ uri_template: UnsafePointer<CChar>!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addResourceTemplateScope(
      try textArgument(uri_template, "uri_template"), try textArgument(scope, "scope"))
  }
}

@implementation @c
public func mcpauth_config_require_tool_rules(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.requireToolRules() }
}

@implementation @c
public func mcpauth_config_add_method_scope(
  _ config: OpaquePointer!, _ method: UnsafePointer<CChar>!, _ scope: UnsafePointer<CChar>!
) -> mcpauth_result {
  addOperationScope(config, .method, method, scope)
}
