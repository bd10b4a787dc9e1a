import CSystem

/// Runs `body` when the process exits, before whatever was registered for that earlier.
public func atProcessExit(_ body: @escaping @convention(c) () -> Void) { atexit(body) }
