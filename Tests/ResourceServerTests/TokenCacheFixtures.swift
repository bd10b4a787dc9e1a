import JOSE
import KeyService
import Support
import TestTokens

@testable import ResourceServer

/// An issuer with keys of its own, and a verifier that trusts it, on clocks and a network that a test drives.
final class CacheFixture {
  let key: TestKey
  let clock = TestClock()
  let issuer: ByteString = "https://as.example.com"
  let resource: ByteString = "https://mcp.example.com/mcp"

  init(_ kind: TestKey.Kind = .ed25519) throws { key = try TestKey(kind) }

  /// A verifier that was given this key.
  func verifier(_ adjust: (Configuration) throws(AuthError) -> Void = { _ in }) throws -> Verifier {
    let configuration = try configuration()
    let added = try configuration.addIssuer(issuer)
    try key.jwks(["kid": "1"]).withUnsafeBytes { (text) throws(AuthError) in try added.setJWKS(json: text) }
    try adjust(configuration)
    return try Verifier(configuration, fetcher: KeyServer())
  }

  /// A verifier that fetches its keys.
  func verifier(fetchingFrom server: KeyServer) throws -> Verifier {
    let configuration = try configuration()
    try configuration.addIssuer(issuer).setJWKSURI("https://as.example.com/jwks")
    return try Verifier(configuration, fetcher: server)
  }

  private func configuration() throws -> Configuration {
    let configuration = Configuration()
    try configuration.setResource(resource)
    configuration.setClock(clock)
    return configuration
  }

  /// Valid at the clock's time. `claims` go before the closing brace.
  func token(_ number: Int = 0, _ claims: String = "", by other: TestKey? = nil, kid: String = "1") throws -> ByteString
  {
    let now = clock.now()
    return try TestToken.signed(
      header: ByteString(#"{"alg":"EdDSA","kid":"\#(kid)"}"#),
      payload: ByteString(
        #"{"iss":"https://as.example.com","aud":"https://mcp.example.com/mcp","sub":"u\#(number)","exp":\#(now + 600),"#
          + #""iat":\#(now),"nbf":\#(now)\#(claims)}"#),
      by: other ?? key)
  }
}

extension Verifier {
  /// `ok`, or the result of the failure.
  func ask(_ token: ByteString) -> ResultCode {
    token.withUnsafeBytes { bytes in
      do throws(AuthError) {
        _ = try verify(bytes, waits: true)
        return .ok
      } catch {
        return error.result
      }
    }
  }

  /// The same for the value of an Authorization header.
  func ask(field: ByteString, count: Int = 1) -> ResultCode {
    field.withUnsafeBytes { bytes in
      var request = MCPRequest()
      for _ in 0..<count { request.authorization.add(bytes) }
      return judge(request, isWhole: false, waits: true).result
    }
  }

  /// Whether the token is answered from the cache.
  func isCached(_ token: ByteString) -> Bool { token.withUnsafeBytes { cached($0) } != nil }

  var cachedTokens: Int { cache?.contents.entries ?? 0 }
  var cachedBytes: Int { cache?.contents.bytes ?? 0 }
}

/// A wall clock and a monotonic one, which move when told to.
final class TestClock: WallClock, MonotonicTime, @unchecked Sendable {
  private let lock = Lock()
  private var seconds: Int64 = 1_800_000_000
  private var elapsed: Int64 = 0

  func now() -> Int64 { lock.withLock { seconds } }
  func milliseconds() -> Int64 { lock.withLock { elapsed } }
  func step(seconds by: Int64) { lock.withLock { seconds += by } }
  func pass(milliseconds: Int64) { lock.withLock { elapsed += milliseconds } }
}

/// Serves one document for every URL.
final class KeyServer: Fetcher, @unchecked Sendable {
  private let lock = Lock()
  private var document: ByteString?

  func serve(_ text: ByteString) { lock.withLock { document = text } }

  func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
    guard let document = lock.withLock({ document }) else { return FetchResponse(status: 404) }
    return FetchResponse(status: 200, fields: [], body: document)
  }
}
