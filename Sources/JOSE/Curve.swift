import COpenSSL
import Support

/// The curves of ECDSA in JOSE (RFC 7518 section 6.2.1.1, RFC 8812), each with the one algorithm it is for.
enum Curve: Sendable, CaseIterable {
  case p256, p384, p521, secp256k1

  init?(jwkName: ByteString) {
    switch jwkName {
    case "P-256": self = .p256
    case "P-384": self = .p384
    case "P-521": self = .p521
    case "secp256k1": self = .secp256k1
    default: return nil
    }
  }

  var algorithm: Algorithm {
    switch self {
    case .p256: .es256
    case .p384: .es384
    case .p521: .es512
    case .secp256k1: .es256k
    }
  }

  /// Of a coordinate, and of r and s each.
  var byteCount: Int {
    switch self {
    case .p256, .secp256k1: 32
    case .p384: 48
    case .p521: 66
    }
  }

  var name: Diagnostic {
    switch self {
    case .p256: "P-256"
    case .p384: "P-384"
    case .p521: "P-521"
    case .secp256k1: "secp256k1"
    }
  }

  /// OpenSSL's number and name of the curve.
  var nid: CInt {
    switch self {
    case .p256: NID_X9_62_prime256v1
    case .p384: NID_secp384r1
    case .p521: NID_secp521r1
    case .secp256k1: NID_secp256k1
    }
  }

  var opensslName: StaticString {
    switch self {
    case .p256: "prime256v1"
    case .p384: "secp384r1"
    case .p521: "secp521r1"
    case .secp256k1: "secp256k1"
    }
  }
}

/// The curves of EdDSA (RFC 8037 section 2).
enum EdwardsCurve: Sendable {
  case ed25519, ed448

  init?(jwkName: ByteString) {
    switch jwkName {
    case "Ed25519": self = .ed25519
    case "Ed448": self = .ed448
    default: return nil
    }
  }

  /// Of a public key (RFC 8032 sections 5.1.5 and 5.2.5). A signature has twice as many.
  var byteCount: Int { self == .ed25519 ? 32 : 57 }

  var opensslName: StaticString { self == .ed25519 ? "ED25519" : "ED448" }
}
