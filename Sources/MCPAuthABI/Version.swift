import CMCPAuth
import Support

let version: StaticString = "0.1.0"

@implementation @_cdecl("mcpauth_version")
public func mcpauth_version() -> UnsafePointer<CChar>! { cString(version) }

@implementation @_cdecl("mcpauth_version_number")
public func mcpauth_version_number() -> UInt32 {
  UInt32(MCPAUTH_VERSION_MAJOR) << 16 | UInt32(MCPAUTH_VERSION_MINOR) << 8 | UInt32(MCPAUTH_VERSION_PATCH)
}
