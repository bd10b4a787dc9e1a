import Support
import TestTokens

@testable import JOSE

/// How a token fares on its whole way through this layer.
enum Verdict: Equatable {
  case accepted
  case refused(ResultCode)
  case noKey, ambiguousKey, otherAlgorithm
}

/// With every algorithm allowed: the layer itself has to refuse.
func judge(_ token: ByteString, _ keys: KeySet, maxBytes: Int = UnverifiedToken.defaultMaxBytes) -> Verdict {
  do throws(AuthError) {
    let token = try UnverifiedToken(parsing: token, maxBytes: maxBytes)
    let claims = try token.claims()
    switch keys.select(kid: token.header.kid, algorithm: token.header.algorithm) {
    case .found(let key):
      _ = try claims.verify(with: key).claims()
      return .accepted
    case .none: return .noKey
    case .ambiguous: return .ambiguousKey
    case .algorithmMismatch: return .otherAlgorithm
    }
  } catch {
    return .refused(error.result)
  }
}

/// One authorization server: its keys, made once for all tests.
enum Issuer {
  static let rsa = try! TestKey(.rsa(bits: 2048))
  static let p256 = try! TestKey(.p256)
  static let p384 = try! TestKey(.p384)
  static let p521 = try! TestKey(.p521)
  static let secp256k1 = try! TestKey(.secp256k1)
  static let ed25519 = try! TestKey(.ed25519)
  static let ed448 = try! TestKey(.ed448)
  static let all = [rsa, p256, p384, p521, secp256k1, ed25519, ed448]

  static let payload: ByteString = #"{"iss":"https://issuer.example/","sub":"alice","exp":4102444800}"#

  static func keys(_ key: TestKey = rsa, _ extra: [String: String] = ["kid": "1"]) throws -> KeySet {
    try KeySet.parse(key.jwks(extra))
  }

  /// A good token of `rsa` but for what `header` says.
  static func token(header: ByteString, payload: ByteString = payload) throws -> ByteString {
    try TestToken.signed(header: header, payload: payload, by: rsa, as: .rs256)
  }

  static let goodHeader: ByteString = #"{"alg":"RS256","kid":"1","typ":"at+jwt"}"#
}
