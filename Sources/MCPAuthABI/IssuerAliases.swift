import CMCPAuth
import ResourceServer
import Support

// Under which names an issuer's tokens are accepted.

@implementation @c
public func mcpauth_issuer_add_alias(_ issuer: OpaquePointer!, _ alias: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.addAlias(try textArgument(alias, "alias")) }
}

@implementation @c
public func mcpauth_issuer_add_tenant_template(
  _ issuer: OpaquePointer!, _ tenant_template: UnsafePointer<CChar>!
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    try issuer.addTenantTemplate(try textArgument(tenant_template, "tenant_template"))
  }
}

@implementation @c
public func mcpauth_issuer_add_tenant(_ issuer: OpaquePointer!, _ tenant: UnsafePointer<CChar>!) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in try issuer.addTenant(try textArgument(tenant, "tenant")) }
}

@implementation @c
public func mcpauth_issuer_ignore_trailing_slash(_ issuer: OpaquePointer!) -> mcpauth_result {
  configureIssuer(issuer) { $0.ignoreTrailingSlash() }
}

@implementation @c
public func mcpauth_issuer_set_metadata_issuer(
  _ issuer: OpaquePointer!, _ metadata_issuer: UnsafePointer<CChar>!
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    try issuer.setMetadataIssuer(try textArgument(metadata_issuer, "metadata_issuer"))
  }
}
