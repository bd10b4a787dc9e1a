import COpenSSL

/// Gives back what libcrypto keeps for the calling thread (random generator, error queue). For threads of the library,
/// before they tell anybody that their work is done: at its own end a thread would do it too late for a process that
/// exits at once, and libcrypto takes itself down then.
public func releaseThreadState() { OPENSSL_thread_stop() }

/// Has libcrypto register its clean-up with the process's exit now, so that what is registered later runs before it.
public func prepareForExit() { OPENSSL_init_crypto(0, nil) }
