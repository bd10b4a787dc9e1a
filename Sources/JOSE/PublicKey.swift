import COpenSSL
import Support

/// One EVP_PKEY with a public key in it, freed with its last user. Nothing changes it once it is made, and OpenSSL
/// allows any number of threads to verify with it then.
final class PublicKey: @unchecked Sendable {
  let handle: OpaquePointer

  /// Takes over one reference.
  init(adopting handle: OpaquePointer) { self.handle = handle }

  deinit { EVP_PKEY_free(handle) }

  func isSame(as other: PublicKey) -> Bool { EVP_PKEY_eq(handle, other.handle) == 1 }

  /// Builds a key of `type` from parameters that `fill` puts into the builder, which borrows what it is given until
  /// this returns; nil when OpenSSL refuses them.
  static func make(_ type: StaticString, _ fill: (OpaquePointer) -> Bool) -> PublicKey? {
    guard let builder = OSSL_PARAM_BLD_new() else { return nil }
    defer { OSSL_PARAM_BLD_free(builder) }
    guard fill(builder), let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
    defer { OSSL_PARAM_free(parameters) }
    guard let context = EVP_PKEY_CTX_new_from_name(nil, type.cString, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &made, CInt(mcpauth_EVP_PKEY_PUBLIC_KEY), parameters) == 1, let made
    else { return nil }
    return PublicKey(adopting: made)
  }

  /// Whether OpenSSL at run time has keys of this type at all.
  static func isOffered(_ type: StaticString) -> Bool {
    guard let context = EVP_PKEY_CTX_new_from_name(nil, type.cString, nil) else { return false }
    EVP_PKEY_CTX_free(context)
    return true
  }
}

/// OpenSSL's names of key parameters (core_names.h) as static strings: a parameter builder borrows the name too, and a
/// `String` lends its bytes for one call only.
enum KeyParameter {
  static var groupName: StaticString { "group" }
  static var publicKey: StaticString { "pub" }
  static var x: StaticString { "qx" }
  static var y: StaticString { "qy" }
  static var order: StaticString { "order" }
  static var modulus: StaticString { "n" }
  static var exponent: StaticString { "e" }
}
