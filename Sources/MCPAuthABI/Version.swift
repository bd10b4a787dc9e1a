import CMCPAuth
import Support

let version: Literal = "0.1.0"

@implementation @c
public func mcpauth_version() -> UnsafePointer<CChar>! { version.cString }

@implementation @c
public func mcpauth_version_number() -> UInt32 {
  UInt32(MCPAUTH_VERSION_MAJOR) << 16 | UInt32(MCPAUTH_VERSION_MINOR) << 8 | UInt32(MCPAUTH_VERSION_PATCH)
}
