import CSystem

/// Runs `body` without a SIGPIPE reaching the host: CURLOPT_NOSIGNAL leaves that signal to its caller, and OpenSSL
/// writes to sockets that the server may have closed. The signal is blocked in this thread, and one that came is taken
/// back unless it was pending before.
func withoutSIGPIPE<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  var pipe = sigset_t()
  sigemptyset(&pipe)
  sigaddset(&pipe, SIGPIPE)
  let wasPending = isSIGPIPEPending()
  var before = sigset_t()
  let blocked = pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0
  defer {
    if blocked {
      if !wasPending, isSIGPIPEPending() {
        var noWait = timespec()
        while sigtimedwait(&pipe, nil, &noWait) == -1, __errno_location().pointee == EINTR {}
      }
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
  }
  return try body()
}

private func isSIGPIPEPending() -> Bool {
  var pending = sigset_t()
  sigemptyset(&pending)
  sigpending(&pending)
  return sigismember(&pending, SIGPIPE) == 1
}
