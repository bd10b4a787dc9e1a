import Dispatch
import JOSE
import KeyService
import Support

let issuer: ByteString = "https://as.example.com"
let jwksURL: ByteString = "https://keys.example.com/jwks"

/// A key set with RFC 8037's public key under each of these names.
func jwks(_ kids: String...) -> ByteString {
  let keys = kids.map {
    #"{"kty":"OKP","crv":"Ed25519","kid":"\#($0)","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#
  }
  return ByteString(#"{"keys":["# + keys.joined(separator: ",") + "]}")
}

func metadata(
  issuer: String = "https://as.example.com", jwksURI: String? = "https://keys.example.com/jwks"
) -> ByteString {
  let uri = jwksURI.map { #","jwks_uri":"\#($0)""# } ?? ""
  return ByteString(#"{"issuer":"\#(issuer)"\#(uri)}"#)
}

/// An issuer whose key set is at `jwksURL`, on a clock and a server that a test drives.
struct IssuerFixture {
  let fetcher = FakeFetcher()
  let time = FakeTime()
  let keys: IssuerKeys

  init(
    source: KeySource? = nil, issuer: ByteString = issuer, _ adjust: (inout IssuerSettings) -> Void = { _ in }
  ) throws {
    let source = try source ?? .jwksURI(HTTPURL(jwksURL, what: "jwks_uri"))
    var settings = IssuerSettings(issuer: issuer, source: source)
    adjust(&settings)
    keys = IssuerKeys(settings: settings, fetcher: fetcher, time: time)
  }

  /// `ok`, or the result of the failure.
  func ask(_ kid: ByteString?) -> ResultCode { failure(kid)?.result ?? .ok }

  /// The number of the key set that the key is from.
  func generation(_ kid: ByteString) throws -> UInt64 { try keys.key(kid: kid, algorithm: .eddsa).generation }

  func failure(_ kid: ByteString?) -> AuthError? {
    do throws(AuthError) {
      _ = try keys.key(kid: kid, algorithm: .eddsa)
      return nil
    } catch {
      return error
    }
  }

  func askWithoutWaiting(_ kid: ByteString, _ completion: (@Sendable (KeyAnswer) -> Void)? = nil) -> ResultCode {
    keys.askWithoutWaiting(kid, completion)
  }
}

extension IssuerKeys {
  /// `ok`, `wouldBlock`, or the result of the failure.
  func askWithoutWaiting(_ kid: ByteString, _ completion: (@Sendable (KeyAnswer) -> Void)? = nil) -> ResultCode {
    do throws(AuthError) {
      return try keyWithoutWaiting(kid: kid, algorithm: .eddsa, completion: completion) == nil ? .wouldBlock : .ok
    } catch {
      return error.result
    }
  }
}

func code(_ answer: KeyAnswer) -> ResultCode {
  switch answer {
  case .success: .ok
  case .failure(let failure): failure.result
  }
}

/// Whether `condition` comes true. The limit is for a run that hangs, not for what is tested: all tests begin at once, and each
/// waits for its turn.
func eventually(_ condition: () -> Bool) -> Bool {
  let deadline = MonotonicClock.milliseconds() + 120_000
  while !condition() {
    if MonotonicClock.milliseconds() > deadline { return false }
    DispatchQueue.global().sync {}
  }
  return true
}

/// Runs `body` on a thread of its own, as it may block.
func onThread(_ group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
  group.enter()
  let started = LibraryThread.start {
    body()
    group.leave()
  }
  if !started { group.leave() }
}

/// What completions and other threads brought.
final class Collected<Value: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private var values: [Value] = []
  func add(_ value: Value) { lock.withLock { values.append(value) } }
  var all: [Value] { lock.withLock { values } }
}
