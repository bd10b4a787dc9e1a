import COpenSSL
import Support

/// Has libcrypto look for the implementations that keys are imported and verified with, which it does once in a process.
///
/// For whoever is going to import keys on a thread of the library: libcrypto's locks do not survive a fork, and a child
/// forked while such a thread held one for the first time, which takes long, would wait for it for ever.
public func prepareOpenSSL() {
  keepingErrorQueue {
    for type: StaticString in ["EC", "RSA", "ED25519", "ED448"] {
      EVP_KEYMGMT_free(EVP_KEYMGMT_fetch(nil, type.cString, nil))
    }
    for scheme: StaticString in ["ECDSA", "RSA", "ED25519", "ED448"] {
      EVP_SIGNATURE_free(EVP_SIGNATURE_fetch(nil, scheme.cString, nil))
    }
    for hash: StaticString in ["SHA2-256", "SHA2-384", "SHA2-512"] {
      EVP_MD_free(EVP_MD_fetch(nil, hash.cString, nil))
    }
  }
}
