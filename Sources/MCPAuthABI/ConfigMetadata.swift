import CMCPAuth
import ResourceServer
import Support

// What a configuration publishes.

@implementation @c
public func mcpauth_config_set_resource_metadata_json(
  _ config: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.setResourceMetadata(json: try textArgument(json, len, "resource metadata"))
  }
}

@implementation @c
public func mcpauth_config_serve_metadata_at_root(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.serveMetadataAtRoot() }
}

@implementation @c
public func mcpauth_config_set_metadata_url(
  _ config: OpaquePointer!, _ url: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration: Configuration) throws(AuthError) in
    try configuration.setMetadataURL(try textArgument(url, "url"))
  }
}

@implementation @c
public func mcpauth_config_disable_cross_origin_headers(_ config: OpaquePointer!) -> mcpauth_result {
  configure(config) { $0.disableCrossOriginHeaders() }
}

@implementation @c
public func mcpauth_config_serve_authorization_server_metadata_json(
  _ config: OpaquePointer!, _ json: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.serveAuthorizationServerMetadata(
      json: try textArgument(json, len, "authorization server metadata"))
  }
}
