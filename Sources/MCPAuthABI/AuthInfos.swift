import CMCPAuth
import ResourceServer
import Support

@implementation @c
public func mcpauth_authinfo_token(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.token)
}

@implementation @c
public func mcpauth_authinfo_issuer(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.issuer)
}

@implementation @c
public func mcpauth_authinfo_subject(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.subject)
}

@implementation @c
public func mcpauth_authinfo_client_id(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.clientID)
}

@implementation @c
public func mcpauth_authinfo_is_anonymous(_ info: OpaquePointer!) -> Bool {
  object(info, as: AuthInfo.self)?.isAnonymous ?? false
}

@implementation @c
public func mcpauth_authinfo_principal(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.principal)
}

@implementation @c
public func mcpauth_authinfo_expires_at(_ info: OpaquePointer!) -> Int64 {
  object(info, as: AuthInfo.self)?.expiresAt ?? 0
}

@implementation @c
public func mcpauth_authinfo_scope_count(_ info: OpaquePointer!) -> Int {
  object(info, as: AuthInfo.self)?.scopeCount ?? 0
}

@implementation @c
public func mcpauth_authinfo_scope_at(_ info: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.scope(index))
}

@implementation @c
public func mcpauth_authinfo_has_scope(_ info: OpaquePointer!, _ scope: UnsafePointer<CChar>!) -> Bool {
  guard let info = object(info, as: AuthInfo.self), let scope else { return false }
  return info.hasScope(TextView(cString: scope).bytes)
}

@implementation @c
public func mcpauth_authinfo_audience_count(_ info: OpaquePointer!) -> Int {
  object(info, as: AuthInfo.self)?.audienceCount ?? 0
}

@implementation @c
public func mcpauth_authinfo_audience_at(_ info: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.audience(index))
}

@implementation @c
public func mcpauth_authinfo_claims_json(_ info: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(info, as: AuthInfo.self)?.claimsJSON)
}

@implementation @c
public func mcpauth_authinfo_retain(
  _ info: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  retain(info, as: AuthInfo.self, out)
}

@implementation @c
public func mcpauth_authinfo_free(_ info: OpaquePointer!) { release(info, as: AuthInfo.self) }
