import COpenSSL

/// Gives back what libcrypto keeps for the calling thread (random generator, error queue). For threads of the library,
/// before they tell anybody that their work is done: at its own end a thread would do it too late for a process that
/// exits at once, and libcrypto takes itself down then.
public func releaseThreadState() { OPENSSL_thread_stop() }
