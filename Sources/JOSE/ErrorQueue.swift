import COpenSSL

/// Runs `body` and drops what it left in this thread's OpenSSL error queue. The queue belongs to the host, which may
/// look for the cause of its own next failure there; what it had in it stays.
func keepingErrorQueue<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  try keepingErrorQueue { (_: ErrorQueue) throws(Failure) -> Result in try body() }
}

/// The same for a `body` whose failure may be a lack of memory, which the queue tells from others.
func keepingErrorQueue<Result, Failure: Error>(
  _ body: (ErrorQueue) throws(Failure) -> Result
) throws(Failure) -> Result {
  let queue = ErrorQueue()
  ERR_set_mark()
  defer { ERR_pop_to_mark() }
  return try body(queue)
}

/// What OpenSSL left in this thread's queue since it was made.
struct ErrorQueue {
  private let exists = mcpauth_has_error_queue() != 0
  private let wasEmpty = ERR_peek_error() == 0

  /// Whether a call that failed just now did so because there was no memory: then it says nothing about a key or a
  /// signature. Where the host left errors of its own in the queue, only the latest can be looked at without taking those.
  func ranOutOfMemory() -> Bool {
    guard exists else { return true }  // not even for the queue
    guard wasEmpty else { return isMemory(ERR_peek_last_error()) }
    var found = false
    while true {
      let code = ERR_get_error()
      if code == 0 { return found }
      found = found || isMemory(code)
    }
  }

  private func isMemory(_ code: UInt) -> Bool {
    mcpauth_error_reason(code) == mcpauth_ERR_R_MALLOC_FAILURE
  }
}

/// Whether OpenSSL gets memory at this moment.
func opensslHasMemory() -> Bool {
  guard let probe = CRYPTO_malloc(64, "", 0) else { return false }
  CRYPTO_free(probe, "", 0)
  return true
}
