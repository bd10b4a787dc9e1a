import COpenSSL

/// Runs `body` and drops what it left in this thread's OpenSSL error queue. The queue belongs to the host, which may
/// look for the cause of its own next failure there; what it had in it stays.
func keepingErrorQueue<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  ERR_set_mark()
  defer { ERR_pop_to_mark() }
  return try body()
}
