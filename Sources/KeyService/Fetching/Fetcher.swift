import Support

/// How documents are got over HTTP: libcurl in the product, a host's own callback, a script in the tests.
///
/// An implementation may be asked on several threads at once. It follows no redirect, sends no cookie and no stored
/// credential, always verifies TLS, and hands over no more than `maximumBytes` of body (attacks A22, A24, A25).
public protocol Fetcher: AnyObject, Sendable {
  /// Blocks until there is an answer, whatever its status, or a reason why there is none. Returns soon after
  /// `request.cancellation` is cancelled.
  func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse

  /// Called before a verifier that is going to fetch is there, on the thread that makes it: for what is done once in a
  /// process. In a fetch it would be done on a thread that the host knows nothing of, and a child forked meanwhile could
  /// never fetch.
  func prepare()
}

extension Fetcher {
  public func prepare() {}
}

/// Why no answer came. `message` is ASCII, says how to fix it, and does not repeat the URL.
public struct FetchError: Error, Sendable {
  public enum Kind: Sendable {
    /// The request breaks a rule of the library, such as http to another machine: nothing was sent.
    case refused
    /// The server's certificate is not trusted, or what to trust cannot be read.
    case untrusted
    case unreachable
    case timedOut
    case tooLarge
    /// Coded in a way that was not asked for.
    case unreadable
    case cancelled
  }

  /// It may be over the next time, without anybody having fixed anything.
  var isOutage: Bool {
    switch kind {
    case .unreachable, .timedOut, .cancelled: true
    case .refused, .untrusted, .tooLarge, .unreadable: false
    }
  }

  public let kind: Kind
  public let message: Diagnostic

  public init(_ kind: Kind, _ message: Diagnostic) {
    self.kind = kind
    self.message = message
  }
}
