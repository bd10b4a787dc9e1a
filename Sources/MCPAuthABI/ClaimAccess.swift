import CMCPAuth
import JSON
import ResourceServer
import Support

// Typed access to any claim by its path. Each accessor gives an empty value, false or 0 where there is no such claim or it
// is of another type.

private func claim(_ info: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> JSONValue? {
  guard let info = object(info, as: AuthInfo.self), let path else { return nil }
  do throws(AuthError) {
    return info.claim(try ClaimPath(ByteString(cString: path)))
  } catch {
    return nil
  }
}

/// The string's own memory, which its document keeps in place, and the document is the auth info's.
private func borrowedString(_ value: JSONValue?) -> mcpauth_str { borrowedText(value?.text?.bytes) }

@implementation @c
public func mcpauth_authinfo_claim_type(_ info: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> mcpauth_claim_type {
  guard let value = claim(info, path) else { return MCPAUTH_CLAIM_NONE.rawValue }
  switch value.kind {
  case .string: return MCPAUTH_CLAIM_STRING.rawValue
  case .integer where value.integer != nil: return MCPAUTH_CLAIM_INTEGER.rawValue
  case .integer, .real: return MCPAUTH_CLAIM_NUMBER.rawValue
  case .bool: return MCPAUTH_CLAIM_BOOLEAN.rawValue
  case .array: return MCPAUTH_CLAIM_ARRAY.rawValue
  case .object: return MCPAUTH_CLAIM_OBJECT.rawValue
  case .null: return MCPAUTH_CLAIM_NULL.rawValue
  }
}

@implementation @c
public func mcpauth_authinfo_claim_string(_ info: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> mcpauth_str {
  borrowedString(claim(info, path))
}

@implementation @c
public func mcpauth_authinfo_claim_integer(
  _ info: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<Int64>!
) -> Bool {
  let value = claim(info, path)?.integer
  out?.pointee = value ?? 0
  return value != nil && out != nil
}

@implementation @c
public func mcpauth_authinfo_claim_number(
  _ info: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<Double>!
) -> Bool {
  let value = claim(info, path)?.number
  out?.pointee = value ?? 0
  return value != nil && out != nil
}

@implementation @c
public func mcpauth_authinfo_claim_boolean(
  _ info: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ out: UnsafeMutablePointer<Bool>!
) -> Bool {
  let value = claim(info, path)?.bool
  out?.pointee = value ?? false
  return value != nil && out != nil
}

@implementation @c
public func mcpauth_authinfo_claim_count(_ info: OpaquePointer!, _ path: UnsafePointer<CChar>!) -> Int {
  claim(info, path)?.count ?? 0
}

@implementation @c
public func mcpauth_authinfo_claim_string_at(
  _ info: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ index: Int
) -> mcpauth_str {
  guard let array = claim(info, path), array.kind == .array, index >= 0 else { return borrowedText(nil) }
  return borrowedString(array.element(index))
}

@implementation @c
public func mcpauth_authinfo_claim_json(
  _ info: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ buffer: UnsafeMutablePointer<CChar>!, _ size: Int
) -> Int {
  let text = claim(info, path)?.serialized() ?? ""
  guard let buffer, size != 0 else { return text.count }
  let copied = size < 0 ? text.count : min(text.count, size - 1)  // size_t: below 0 is more than there is
  copy(text, to: buffer, copied)
  return text.count
}
