import JSON
import Support

/// What a token says, after its signature was verified or a custom verifier vouched for it, and before the policies have
/// judged it.
public struct Claims: Sendable {
  /// iss
  public var issuer: ByteString?
  /// sub
  public var subject: ByteString?
  /// client_id, else azp, appid, cid
  public var clientID: ByteString?
  /// aud, a string or an array (RFC 7519 section 4.1.3)
  public var audiences: [ByteString] = []
  /// aud is present, be it empty
  public var hasAudience = false
  /// scope, else scp, else scopes, and the configured claims; each once, in the token's order
  public var scopes: [ByteString] = []
  /// exp, nbf, iat in seconds since 1970; fractions are allowed (RFC 7519 section 2)
  public var expiresAt: Double?
  public var notBefore: Double?
  public var issuedAt: Double?
  /// jti
  public var tokenID: ByteString?
  public var form: Form
  /// All claims, an object.
  public var root: JSONValue

  /// Where the claims come from, and what only that form has.
  public enum Form: Sendable {
    case jwt(JWTMarks)
    case custom
  }

  /// What the token type and the binding are judged by.
  public struct JWTMarks: Sendable {
    /// typ of the protected header
    public var type: ByteString?
    /// cnf is present (RFC 7800)
    public var isBound: Bool
    /// nonce or at_hash is present: an OpenID Connect ID token has them
    public var hasNonce: Bool
    public var hasAccessTokenHash: Bool
    /// client_id itself is present, not one of the names that stand in for it
    public var hasClientID: Bool
  }
}
