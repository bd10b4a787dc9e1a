import CMCPAuth
import ResourceServer
import Support

// Under which names an issuer's tokens are accepted.

@implementation @c
public func mcpauth_issuer_add_alias(_ issuer: OpaquePointer!, _ alias: UnsafePointer<CChar>!) -> mcpauth_result {
  configure(issuer, alias, "alias") { (issuer, text) throws(AuthError) in try issuer.addAlias(text) }
}

@implementation @c
public func mcpauth_issuer_add_tenant_template(
  _ issuer: OpaquePointer!, _ tenant_template: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(issuer, tenant_template, "tenant_template") { (issuer, text) throws(AuthError) in
    try issuer.addTenantTemplate(text)
  }
}

@implementation @c
public func mcpauth_issuer_add_tenant(_ issuer: OpaquePointer!, _ tenant: UnsafePointer<CChar>!) -> mcpauth_result {
  configure(issuer, tenant, "tenant") { (issuer, text) throws(AuthError) in try issuer.addTenant(text) }
}

@implementation @c
public func mcpauth_issuer_ignore_trailing_slash(_ issuer: OpaquePointer!) -> mcpauth_result {
  configure(issuer) { (issuer: IssuerConfiguration) in issuer.ignoreTrailingSlash() }
}

@implementation @c
public func mcpauth_issuer_set_metadata_issuer(
  _ issuer: OpaquePointer!, _ metadata_issuer: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(issuer, metadata_issuer, "metadata_issuer") { (issuer, text) throws(AuthError) in
    try issuer.setMetadataIssuer(text)
  }
}
