import CMCPAuth
import ResourceServer
import Support

/// What is behind an `mcpauth_response`.
final class ResponseObject: Sendable {
  let response: Response
  /// For the caller to borrow; nil when the response is no denial.
  let error: ErrorObject?

  init(_ response: Response) {
    self.response = response
    error = response.failure.map { ErrorObject($0) }
  }

  /// Never freed: one reference is kept for ever, whatever the caller gives back.
  static let plainServerError = ResponseObject(.plainServerError)
}

@implementation @c
public func mcpauth_response_status(_ response: OpaquePointer!) -> CInt {
  CInt(object(response, as: ResponseObject.self)?.response.status ?? 500)
}

@implementation @c
public func mcpauth_response_header_count(_ response: OpaquePointer!) -> Int {
  object(response, as: ResponseObject.self)?.response.headerCount ?? 0
}

@implementation @c
public func mcpauth_response_header_name(_ response: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(response, as: ResponseObject.self)?.response.header(index)?.name)
}

@implementation @c
public func mcpauth_response_header_value(_ response: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(response, as: ResponseObject.self)?.response.header(index)?.value)
}

@implementation @c
public func mcpauth_response_head(_ response: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(response, as: ResponseObject.self)?.response.head)
}

@implementation @c
public func mcpauth_response_body(_ response: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(response, as: ResponseObject.self)?.response.body)
}

@implementation @c
public func mcpauth_response_error(_ response: OpaquePointer!) -> OpaquePointer! {
  object(response, as: ResponseObject.self)?.error.map { borrowed($0) }
}

@implementation @c
public func mcpauth_response_free(_ response: OpaquePointer!) { release(response, as: ResponseObject.self) }
