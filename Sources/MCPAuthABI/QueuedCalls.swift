import CMCPAuth
import ResourceServer
import Support

// The asynchronous calls whose outcome goes to a queue instead of a callback.

/// One of them, and the place its outcome has.
private final class QueuedCall: Sendable {
  private let queue: EventQueue
  private let place: EventQueue.Place
  private let id: UInt64

  init(_ queue: EventQueue, _ place: EventQueue.Place, _ id: UInt64) {
    self.queue = queue
    self.place = place
    self.id = id
  }

  /// `start` gets this call as its userdata, whose reference is `end`'s.
  static func begin(
    _ queue: OpaquePointer?, _ id: UInt64, _ start: (UnsafeMutableRawPointer) -> mcpauth_result
  ) -> mcpauth_result {
    guard let queue = object(queue, as: EventQueue.self) else { return ResultCode.nullParameter.rawValue }
    guard let place = queue.reserve() else { return ResultCode.noMemory.rawValue }
    let call = retained(QueuedCall(queue, place, id))
    let result = start(UnsafeMutableRawPointer(call))
    if result != ResultCode.ok.rawValue {
      release(call, as: QueuedCall.self)
      queue.cancel(place)
    }
    return result
  }

  /// The outcome as `done` gets it: all of it is taken.
  static func end(
    _ userdata: UnsafeMutableRawPointer?, _ result: mcpauth_result, _ info: OpaquePointer?,
    response: OpaquePointer? = nil, error: OpaquePointer? = nil
  ) {
    guard let userdata else { return }
    let call = taken(OpaquePointer(userdata), as: QueuedCall.self)
    let event = EventObject(
      call.id, result, info.map { taken($0, as: AuthInfo.self) }, response.map { taken($0, as: ResponseObject.self) },
      error.map { taken($0, as: ErrorObject.self) })
    call.queue.add(answer: event, at: call.place)
  }
}

@implementation @c
public func mcpauth_handle_queued(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ queue: OpaquePointer!, _ id: UInt64
) -> mcpauth_result {
  QueuedCall.begin(queue, id) { call in
    mcpauth_handle_async(verifier, request, { QueuedCall.end($0, $1, $2, response: $3) }, call)
  }
}

@implementation @c
public func mcpauth_authorize_queued(
  _ verifier: OpaquePointer!, _ request: UnsafePointer<mcpauth_request>!, _ queue: OpaquePointer!, _ id: UInt64
) -> mcpauth_result {
  QueuedCall.begin(queue, id) { call in
    mcpauth_authorize_async(verifier, request, { QueuedCall.end($0, $1, $2, response: $3) }, call)
  }
}

@implementation @c
public func mcpauth_verify_queued(
  _ verifier: OpaquePointer!, _ token: UnsafePointer<CChar>!, _ token_len: Int, _ queue: OpaquePointer!, _ id: UInt64
) -> mcpauth_result {
  QueuedCall.begin(queue, id) { call in
    mcpauth_verify_async(verifier, token, token_len, { QueuedCall.end($0, $1, $2, error: $3) }, call)
  }
}
