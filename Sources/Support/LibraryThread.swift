import CSystem

/// Threads of the library's own: none until one is needed, none left when its work is done.
public enum LibraryThread {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a new detached thread, which owns it and what it refers to. False when the system gives no thread;
  /// `body` is not run then.
  ///
  /// No signal of the host is delivered there, so that its handlers run on its own threads; faults (SIGSEGV and the
  /// like) are, as blocking those would hide them from its crash handler.
  public static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(Work(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let started = withSignalsBlocked {
      var thread = pthread_t()
      return pthread_create(
        &thread, &attributes,
        { argument in
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, work.toOpaque()) == 0
    }
    if !started { work.release() }
    return started
  }

  /// A new thread inherits the mask of the one that makes it.
  private static func withSignalsBlocked(_ body: () -> Bool) -> Bool {
    var blocked = sigset_t()
    sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&blocked, fault) }
    var before = sigset_t()
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}
