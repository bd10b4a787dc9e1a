import CMCPAuth
import ResourceServer
import Support

@implementation @_cdecl("mcpauth_authinfo_token")
public func mcpauth_authinfo_token(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.token)
}

@implementation @_cdecl("mcpauth_authinfo_issuer")
public func mcpauth_authinfo_issuer(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.issuer)
}

@implementation @_cdecl("mcpauth_authinfo_subject")
public func mcpauth_authinfo_subject(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.subject)
}

@implementation @_cdecl("mcpauth_authinfo_client_id")
public func mcpauth_authinfo_client_id(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.clientID)
}

@implementation @_cdecl("mcpauth_authinfo_principal")
public func mcpauth_authinfo_principal(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.principal)
}

@implementation @_cdecl("mcpauth_authinfo_expires_at")
public func mcpauth_authinfo_expires_at(_ info: OpaquePointer!) -> Int64 {
  object(info, as: AuthInfo.self)?.expiresAt ?? 0
}

@implementation @_cdecl("mcpauth_authinfo_scope_count")
public func mcpauth_authinfo_scope_count(_ info: OpaquePointer!) -> Int {
  object(info, as: AuthInfo.self)?.scopeCount ?? 0
}

@implementation @_cdecl("mcpauth_authinfo_scope_at")
public func mcpauth_authinfo_scope_at(_ info: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.scope(index))
}

@implementation @_cdecl("mcpauth_authinfo_has_scope")
public func mcpauth_authinfo_has_scope(_ info: OpaquePointer!, _ scope: UnsafePointer<CChar>!) -> Bool {
  guard let info = object(info, as: AuthInfo.self), let scope else { return false }
  return info.hasScope(TextView(cString: scope).bytes)
}

@implementation @_cdecl("mcpauth_authinfo_audience_count")
public func mcpauth_authinfo_audience_count(_ info: OpaquePointer!) -> Int {
  object(info, as: AuthInfo.self)?.audienceCount ?? 0
}

@implementation @_cdecl("mcpauth_authinfo_audience_at")
public func mcpauth_authinfo_audience_at(_ info: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.audience(index))
}

@implementation @_cdecl("mcpauth_authinfo_claims_json")
public func mcpauth_authinfo_claims_json(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.claimsJSON)
}

@implementation @_cdecl("mcpauth_authinfo_retain")
public func mcpauth_authinfo_retain(
  _ info: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  retain(info, as: AuthInfo.self, out)
}

@implementation @_cdecl("mcpauth_authinfo_free")
public func mcpauth_authinfo_free(_ info: OpaquePointer!) { release(info, as: AuthInfo.self) }
