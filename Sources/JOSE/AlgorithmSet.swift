import Support

/// A set of signature algorithms: what an issuer may use, what a key permits.
public struct AlgorithmSet: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(_ algorithm: Algorithm) { rawValue = 1 << UInt32(algorithm.rawValue) }

  public static let rsa: AlgorithmSet = [
    AlgorithmSet(.rs256), AlgorithmSet(.rs384), AlgorithmSet(.rs512),
    AlgorithmSet(.ps256), AlgorithmSet(.ps384), AlgorithmSet(.ps512),
  ]
  public static let ecdsa: AlgorithmSet = [
    AlgorithmSet(.es256), AlgorithmSet(.es384), AlgorithmSet(.es512), AlgorithmSet(.es256k),
  ]
  public static let edwards: AlgorithmSet = [AlgorithmSet(.eddsa), AlgorithmSet(.ed25519), AlgorithmSet(.ed448)]
  public static let hmac: AlgorithmSet = [AlgorithmSet(.hs256), AlgorithmSet(.hs384), AlgorithmSet(.hs512)]

  /// What an issuer may use unless set otherwise: everything asymmetric.
  public static let defaultSet: AlgorithmSet = [rsa, ecdsa, edwards]

  public func contains(_ algorithm: Algorithm) -> Bool { contains(AlgorithmSet(algorithm)) }

  /// The names, separated by spaces, in a fixed order: "RS256 ES256".
  public var names: Diagnostic {
    var text: Diagnostic = ""
    for algorithm in Algorithm.allCases where contains(algorithm) {
      text += (text.isEmpty ? "" : " ") + algorithm.name
    }
    return text
  }

  /// Reads names separated by spaces. INVALID_ARGUMENT for an unknown name, for "none" and for no name at all. Each
  /// name stands for itself only: "EdDSA" does not include "Ed25519".
  public static func parse(_ names: ByteString) throws(AuthError) -> AlgorithmSet {
    var set: AlgorithmSet = []
    for name in names.split(separator: UInt8(ascii: " ")) {
      guard let algorithm = Algorithm(name: name) else {
        throw AuthError(
          .invalidArgument,
          "unknown signature algorithm \(quoted(name)); known are \(AlgorithmSet(rawValue: ~0).names) (exact spelling)")
      }
      set.insert(AlgorithmSet(algorithm))
    }
    if set.isEmpty { throw AuthError(.invalidArgument, "no algorithm named; give at least one, such as \"RS256\"") }
    return set
  }
}
