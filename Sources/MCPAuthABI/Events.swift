import CMCPAuth
import ResourceServer
import Support

/// What is behind an `mcpauth_event`. Immutable: a call that has ended, or an entry of the log.
final class EventObject: Sendable {
  let isCall: Bool
  let id: UInt64
  let result: mcpauth_result
  /// For the caller to borrow, like the two below.
  let info: AuthInfo?
  let response: ResponseObject?
  let error: ErrorObject?
  let level: mcpauth_log_level
  let message: BorrowedText?
  let lostEntries: UInt64

  init(
    _ id: UInt64, _ result: mcpauth_result, _ info: AuthInfo?, _ response: ResponseObject?, _ error: ErrorObject?
  ) {
    isCall = true
    (self.id, self.result, self.info, self.response) = (id, result, info, response)
    self.error = error ?? response?.error
    (level, message, lostEntries) = (0, nil, 0)
  }

  private init(_ level: LogLevel, _ message: Diagnostic, lostEntries: UInt64) {
    isCall = false
    (id, info, response, error) = (0, nil, nil, nil)
    result = ResultCode.invalidArgument.rawValue  // no call ended, and nobody may take it for one that succeeded
    self.level = level.rawValue
    self.message = message.bytes.withUnsafeBytesTyped { BorrowedText($0) }
    self.lostEntries = lostEntries
  }

  convenience init(_ level: LogLevel, _ message: Diagnostic) { self.init(level, message, lostEntries: 0) }

  convenience init(lostEntries: UInt64) {
    self.init(
      .warning,
      "\(Int64(clamping: lostEntries)) log entries are missing here: the queue was full. Read it more often, or make it larger",
      lostEntries: lostEntries)
  }
}

@implementation @c
public func mcpauth_event_is_call(_ event: OpaquePointer!) -> Bool {
  object(event, as: EventObject.self)?.isCall ?? false
}

@implementation @c
public func mcpauth_event_id(_ event: OpaquePointer!) -> UInt64 { object(event, as: EventObject.self)?.id ?? 0 }

@implementation @c
public func mcpauth_event_result(_ event: OpaquePointer!) -> mcpauth_result {
  object(event, as: EventObject.self)?.result ?? ResultCode.nullParameter.rawValue
}

@implementation @c
public func mcpauth_event_info(_ event: OpaquePointer!) -> OpaquePointer! {
  object(event, as: EventObject.self)?.info.map { borrowed($0) }
}

@implementation @c
public func mcpauth_event_response(_ event: OpaquePointer!) -> OpaquePointer! {
  object(event, as: EventObject.self)?.response.map { borrowed($0) }
}

@implementation @c
public func mcpauth_event_error(_ event: OpaquePointer!) -> OpaquePointer! {
  object(event, as: EventObject.self)?.error.map { borrowed($0) }
}

@implementation @c
public func mcpauth_event_log_level(_ event: OpaquePointer!) -> mcpauth_log_level {
  object(event, as: EventObject.self)?.level ?? 0
}

@implementation @c
public func mcpauth_event_log_message(_ event: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(event, as: EventObject.self)?.message?.bytes)
}

@implementation @c
public func mcpauth_event_lost_log_entries(_ event: OpaquePointer!) -> UInt64 {
  object(event, as: EventObject.self)?.lostEntries ?? 0
}

@implementation @c
public func mcpauth_event_free(_ event: OpaquePointer!) { release(event, as: EventObject.self) }
