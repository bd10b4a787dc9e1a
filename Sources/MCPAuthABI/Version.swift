import CMCPAuth
import Support

@implementation @c
public func mcpauth_version() -> UnsafePointer<CChar>! { cmcpauth_version() }

@implementation @c
public func mcpauth_version_number() -> UInt32 {
  UInt32(MCPAUTH_VERSION_MAJOR) << 16 | UInt32(MCPAUTH_VERSION_MINOR) << 8 | UInt32(MCPAUTH_VERSION_PATCH)
}
