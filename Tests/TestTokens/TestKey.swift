import COpenSSL
import JOSE
import Support

/// A key pair made for a test: what an authorization server has, and the product never does.
public final class TestKey: @unchecked Sendable {
  public enum Kind: Sendable {
    case rsa(bits: Int)
    case p256, p384, p521, secp256k1
    case ed25519, ed448
  }

  public struct Trouble: Error {
    let what: String
    init(_ what: String) { self.what = what }
  }

  public let kind: Kind
  let handle: OpaquePointer

  public init(_ kind: Kind) throws {
    self.kind = kind
    var made: OpaquePointer?
    guard let context = EVP_PKEY_CTX_new_from_name(nil, TestKey.typeName(kind), nil) else {
      throw Trouble("no such key type")
    }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_keygen_init(context) == 1, TestKey.configure(context, kind),
      EVP_PKEY_keygen(context, &made) == 1, let made
    else { throw Trouble("no key made") }
    handle = made
  }

  deinit { EVP_PKEY_free(handle) }

  private static func typeName(_ kind: Kind) -> String {
    switch kind {
    case .rsa: "RSA"
    case .p256, .p384, .p521, .secp256k1: "EC"
    case .ed25519: "ED25519"
    case .ed448: "ED448"
    }
  }

  private static func configure(_ context: OpaquePointer, _ kind: Kind) -> Bool {
    switch kind {
    case .rsa(let bits): EVP_PKEY_CTX_set_rsa_keygen_bits(context, CInt(bits)) == 1
    case .p256: EVP_PKEY_CTX_set_group_name(context, "prime256v1") == 1
    case .p384: EVP_PKEY_CTX_set_group_name(context, "secp384r1") == 1
    case .p521: EVP_PKEY_CTX_set_group_name(context, "secp521r1") == 1
    case .secp256k1: EVP_PKEY_CTX_set_group_name(context, "secp256k1") == 1
    case .ed25519, .ed448: true
    }
  }

  /// What the kind signs with unless a test says otherwise.
  public var algorithm: Algorithm {
    switch kind {
    case .rsa: .rs256
    case .p256: .es256
    case .p384: .es384
    case .p521: .es512
    case .secp256k1: .es256k
    case .ed25519, .ed448: .eddsa
    }
  }

  /// Of a coordinate; 0 where there is none.
  var coordinateByteCount: Int {
    switch kind {
    case .p256, .secp256k1: 32
    case .p384: 48
    case .p521: 66
    default: 0
    }
  }
}
