import CSystem

/// A file descriptor that is readable from `raise` to `lower`, for hosts that wait in poll or on an event loop. One thread
/// at a time.
struct ReadinessDescriptor {
  /// -1 when there is none.
  private(set) var number: CInt

  init() { number = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)) }

  /// Neither can fail for a reason that matters: the counter is 0 or 1, and a descriptor that the host has closed tells
  /// nobody anything.
  func raise() {
    if number >= 0 { _ = eventfd_write(number, 1) }
  }

  func lower() {
    var count: eventfd_t = 0
    if number >= 0 { _ = eventfd_read(number, &count) }
  }

  /// In a child of fork: what lies under this number is the parent's as well, so that each would wake the other. Another takes
  /// its place, under the same number. None where the system has none to give.
  mutating func renew() {
    guard number >= 0 else { return }
    let fresh = ReadinessDescriptor()
    if fresh.number < 0 || dup3(fresh.number, number, CInt(O_CLOEXEC)) < 0 {
      close()
    }
    if fresh.number >= 0 { _ = CSystem.close(fresh.number) }
  }

  mutating func close() {
    if number >= 0 { _ = CSystem.close(number) }
    number = -1
  }
}
