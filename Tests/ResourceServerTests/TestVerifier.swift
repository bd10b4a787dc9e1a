import KeyService
import Support
import TestTokens

@testable import ResourceServer

/// A moment all tests agree on.
let now: Int64 = 1_800_000_000

final class FixedClock: WallClock {
  func now() -> Int64 { ResourceServerTests.now }
}

/// Nothing here may need the network.
final class NoNetwork: Fetcher {
  func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
    throw FetchError(.unreachable, "these tests have no network")
  }
}

let secret = [UInt8](repeating: 0x5A, count: 32)

/// A verifier for https://api.example/mcp that trusts https://as.example, and tokens that pass or are altered.
struct TestVerifier {
  let verifier: Verifier

  init(
    resource: ByteString = "https://api.example/mcp", _ change: (Configuration) throws -> Void = { _ in }
  ) throws {
    let configuration = Configuration()
    configuration.setClock(FixedClock())
    try configuration.setResource(resource)
    let issuer = try configuration.addIssuer("https://as.example")
    try secret.withUnsafeBytesTyped { (bytes) throws(AuthError) in
      try issuer.addSharedSecret(bytes, algorithm: "HS256", kid: nil)
    }
    try change(configuration)
    verifier = try Verifier(configuration, fetcher: NoNetwork())
  }

  static let good: [String: String] = [
    "iss": "\"https://as.example\"", "aud": "\"https://api.example/mcp\"", "sub": "\"alice\"", "exp": "\(now + 600)",
  ]

  /// The good claims with `changes`; an empty text takes a claim away.
  static func token(_ changes: [String: String] = [:], header: String = #"{"alg":"HS256"}"#) throws -> ByteString {
    let claims = good.merging(changes) { $1 }.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    let payload = "{" + claims.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    return try TestToken.maced(
      header: ByteString(header), payload: ByteString(payload), secret: secret, as: .hs256)
  }

  func verify(_ token: ByteString) throws(AuthError) -> AuthInfo {
    let info = try token.withUnsafeBytes { (bytes) throws(AuthError) -> AuthInfo? in
      try verifier.verify(bytes, waits: true)
    }
    guard let info else { throw AuthError(.internal, "a verification that waits gave no answer") }
    return info
  }

  /// What the altered token is refused with; OK when it is not.
  func judge(_ changes: [String: String] = [:], header: String = #"{"alg":"HS256"}"#) throws -> ResultCode {
    let token = try Self.token(changes, header: header)
    do throws(AuthError) {
      _ = try verify(token)
      return .ok
    } catch {
      return error.result
    }
  }
}
