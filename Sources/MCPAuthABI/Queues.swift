import CMCPAuth
import ResourceServer
import Support

// A queue that a host polls, and what gets into it: log entries, and calls that have ended (QueuedCalls.swift).

typealias EventQueue = PollableQueue<EventObject>

/// Unless the host says another.
private let usualCapacity = 1024
private let largestCapacity = 1_000_000

@implementation @c
public func mcpauth_queue_new(
  _ capacity: Int, _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  err?.pointee = nil
  guard let out else { return report(AuthError(.nullParameter, "out is NULL"), err) }
  guard (0...largestCapacity).contains(capacity) else {
    return report(
      AuthError(
        .invalidArgument, "a queue's capacity is 1 to \(largestCapacity), or 0 for \(usualCapacity)"), err)
  }
  let queue = EventQueue(capacity: capacity == 0 ? usualCapacity : capacity)
  guard queue.descriptorNumber >= 0 else {
    return report(
      AuthError(.internal, "the system gives no event descriptor: raise the limit of open files (ulimit -n)"), err)
  }
  out.pointee = retained(queue)
  return ResultCode.ok.rawValue
}

@implementation @c
public func mcpauth_queue_fd(_ queue: OpaquePointer!) -> CInt {
  object(queue, as: EventQueue.self)?.descriptorNumber ?? -1
}

@implementation @c
public func mcpauth_queue_next(
  _ queue: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  guard let out, let queue = object(queue, as: EventQueue.self) else { return ResultCode.nullParameter.rawValue }
  guard let entry = queue.next() else { return ResultCode.wouldBlock.rawValue }
  switch entry {
  case .answer(let event), .note(let event): out.pointee = retained(event)
  case .gap(let count): out.pointee = retained(EventObject(lostEntries: count))
  }
  return ResultCode.ok.rawValue
}

@implementation @c
public func mcpauth_queue_free(_ queue: OpaquePointer!) {
  object(queue, as: EventQueue.self)?.close()
  release(queue, as: EventQueue.self)
}

/// The log of a host that fetches it.
private final class QueueLog: Log {
  private let queue: EventQueue
  private let level: LogLevel

  init(_ queue: EventQueue, _ level: LogLevel) {
    self.queue = queue
    self.level = level
  }

  func wants(_ level: LogLevel) -> Bool { level.rawValue <= self.level.rawValue }
  func write(_ level: LogLevel, _ message: Diagnostic) { queue.add(note: EventObject(level, message)) }
  var destination: LogDestination {
    LogDestination(function: 0, data: UInt(bitPattern: UnsafeRawPointer(borrowed(queue))))
  }
}

@implementation @c
public func mcpauth_config_set_log_queue(
  _ config: OpaquePointer!, _ level: mcpauth_log_level, _ queue: OpaquePointer!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let queue = object(queue, as: EventQueue.self) else { throw AuthError(.nullParameter, "the queue is NULL") }
    configuration.setLog(QueueLog(queue, try logLevel(level)))
  }
}
