import COpenSSL
import Support
import Synchronization

/// OpenSSL made ready once to verify with one key under one algorithm that hashes first. The template is never used itself
/// but copied: that is safe on any number of threads, takes no lock of OpenSSL's, and saves the search for an
/// implementation that a fresh start costs (15 percent of an RS256 verification). A copy that has done its work is kept
/// for the next signature on the same processor.
final class VerificationContext: @unchecked Sendable {
  private let template: Worker
  private let idle: [IdleWorker]

  private static let mostIdle = 4

  private init(_ template: Worker) {
    self.template = template
    idle = (0..<Self.mostIdle).map { _ in IdleWorker() }
  }

  /// nil when OpenSSL at run time does not offer this. `configure` sets the padding of RSA.
  convenience init?(_ key: PublicKey, _ hash: HashFunction, configure: (OpaquePointer) -> Bool = { _ in true }) {
    guard let template = Worker.make(key, hash, configure) else { return nil }
    self.init(template)
  }

  /// Whether `signature`, as OpenSSL wants it, is one of `message`. NO_MEMORY when it cannot be found out.
  func verify(_ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer) throws(AuthError) -> Bool {
    let slot = idle[currentProcessor() % Self.mostIdle]
    guard let worker = slot.take() ?? template.copy() else { throw AuthError.opensslOutOfMemory }
    let isValid = try worker.verify(signature, of: message)
    if isValid { slot.put(worker) }  // one that has failed is not relied on again
    return isValid
  }
}

/// A hash and a verification, both ready. One thread at a time.
private final class Worker {
  private let digest, verification: OpaquePointer
  private let hash: HashFunction

  private init(digest: OpaquePointer, verification: OpaquePointer, hash: HashFunction) {
    self.digest = digest
    self.verification = verification
    self.hash = hash
  }

  deinit {
    EVP_MD_CTX_free(digest)
    EVP_PKEY_CTX_free(verification)
  }

  static func make(_ key: PublicKey, _ hash: HashFunction, _ configure: (OpaquePointer) -> Bool) -> Worker? {
    guard let verification = EVP_PKEY_CTX_new_from_pkey(nil, key.handle, nil) else { return nil }
    guard let digest = EVP_MD_CTX_new() else {
      EVP_PKEY_CTX_free(verification)
      return nil
    }
    let worker = Worker(digest: digest, verification: verification, hash: hash)
    guard EVP_DigestInit_ex(digest, hash.handle, nil) == 1, EVP_PKEY_verify_init(verification) == 1,
      configure(verification), EVP_PKEY_CTX_set_signature_md(verification, hash.handle) == 1
    else { return nil }
    return worker
  }

  func copy() -> Worker? {
    guard let copied = EVP_PKEY_CTX_dup(verification) else { return nil }
    guard let digest = EVP_MD_CTX_new() else {
      EVP_PKEY_CTX_free(copied)
      return nil
    }
    let worker = Worker(digest: digest, verification: copied, hash: hash)  // which frees both where the copy fails
    return EVP_MD_CTX_copy_ex(digest, self.digest) == 1 ? worker : nil
  }

  func verify(_ signature: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer) throws(AuthError) -> Bool {
    var hashed: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    return try withUnsafeMutableBytes(of: &hashed) { (bytes) throws(AuthError) -> Bool in
      let hashed = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
      guard EVP_DigestInit_ex2(digest, nil, nil) == 1,
        EVP_DigestUpdate(digest, message.baseAddress, message.count) == 1,
        EVP_DigestFinal_ex(digest, hashed, nil) == 1
      else { throw AuthError.opensslOutOfMemory }
      let signature = signature.assumingMemoryBound(to: UInt8.self)
      return EVP_PKEY_verify(verification, signature.baseAddress, signature.count, hashed, hash.byteCount) == 1
    }
  }
}

/// A slot for one worker, which no two threads ever have at the same time.
private final class IdleWorker: @unchecked Sendable {
  private let held = Atomic<UnsafeMutableRawPointer?>(nil)

  deinit { _ = take() }

  func take() -> Worker? {
    guard let worker = held.exchange(nil, ordering: .acquiringAndReleasing) else { return nil }
    return Unmanaged<Worker>.fromOpaque(worker).takeRetainedValue()
  }

  func put(_ worker: consuming Worker) {
    let given = Unmanaged.passRetained(worker)
    let isFree = held.compareExchange(expected: nil, desired: given.toOpaque(), ordering: .acquiringAndReleasing)
    if !isFree.exchanged { given.release() }
  }
}

extension AuthError {
  static var opensslOutOfMemory: AuthError { AuthError(.noMemory, "OpenSSL could not get memory to check a signature") }
}
