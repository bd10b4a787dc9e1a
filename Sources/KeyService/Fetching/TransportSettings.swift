import Support

/// How one issuer's documents are fetched.
public struct TransportSettings: Equatable, Sendable {
  /// Whether a proxy stands between. A proxy is never used for http on a loopback host.
  public enum Proxy: Equatable, Sendable {
    /// https_proxy, no_proxy and the like, as curl reads them.
    case environment
    case none
    case url(ByteString)
  }

  /// Milliseconds for name lookup, connection and TLS handshake.
  public var connectTimeout: Int64 = 3_000
  /// Milliseconds for the whole exchange.
  public var totalTimeout: Int64 = 5_000
  /// Give up when fewer bytes a second than `lowSpeedBytes` came for `lowSpeedSeconds`; 0: no such limit.
  public var lowSpeedBytes: Int64 = 100
  public var lowSpeedSeconds: Int64 = 5
  /// The largest body that is read, in bytes (attack A25).
  public var maximumBytes = 1 << 20
  public var proxy = Proxy.environment
  /// Certificate authorities to trust instead of the system's: a PEM file, a directory of hashed names, or both.
  public var caFile: ByteString?
  public var caDirectory: ByteString?
  /// HTTP/2 over TLS where curl and the server have it.
  public var allowsHTTP2 = true

  public init() {}
}
