import Support

/// The signature algorithms there are, and no others: RFC 7518, RFC 8037 (EdDSA), RFC 8812 (ES256K), RFC 9864 (Ed25519
/// and Ed448 under their own names). "none" is not among them.
public enum Algorithm: UInt8, Sendable, CaseIterable {
  case rs256, rs384, rs512
  case ps256, ps384, ps512
  case es256, es384, es512, es256k
  case eddsa, ed25519, ed448
  case hs256, hs384, hs512

  /// nil unless `name` is one of the registered names, byte for byte.
  public init?(name: UnsafeRawBufferPointer) {
    for candidate in Algorithm.allCases where candidate.staticName.bytes.elementsEqual(name) {
      self = candidate
      return
    }
    return nil
  }

  public init?(name: ByteString) {
    guard let found = name.withUnsafeBytes({ Algorithm(name: $0) }) else { return nil }
    self = found
  }

  /// The registered name, such as "RS256".
  public var name: Diagnostic { Diagnostic(staticName) }

  /// Symmetric: whoever can verify can also sign.
  public var isHMAC: Bool { self == .hs256 || self == .hs384 || self == .hs512 }

  private var staticName: StaticString {
    switch self {
    case .rs256: "RS256"
    case .rs384: "RS384"
    case .rs512: "RS512"
    case .ps256: "PS256"
    case .ps384: "PS384"
    case .ps512: "PS512"
    case .es256: "ES256"
    case .es384: "ES384"
    case .es512: "ES512"
    case .es256k: "ES256K"
    case .eddsa: "EdDSA"
    case .ed25519: "Ed25519"
    case .ed448: "Ed448"
    case .hs256: "HS256"
    case .hs384: "HS384"
    case .hs512: "HS512"
    }
  }
}
