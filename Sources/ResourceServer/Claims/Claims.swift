import JSON
import Support

/// What a token says, after its signature was verified or a custom verifier vouched for it, and before the policies have
/// judged it. Immutable, any thread.
public final class Claims: Sendable {
  /// iss
  public let issuer: ByteString?
  /// sub
  public let subject: ByteString?
  /// client_id, else azp, appid, cid
  public let clientID: ByteString?
  /// aud, a string or an array (RFC 7519 section 4.1.3)
  public let audiences: [ByteString]
  /// aud is present, be it empty
  public let hasAudience: Bool
  /// scope, else scp, else scopes, and the configured claims; each once, in the token's order
  public let scopes: [ByteString]
  /// exp, nbf, iat in seconds since 1970; fractions are allowed (RFC 7519 section 2)
  public let expiresAt: Double?
  public let notBefore: Double?
  public let issuedAt: Double?
  /// jti
  public let tokenID: ByteString?
  public let form: Form
  /// All claims, an object.
  public let root: JSONValue

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

  init(
    issuer: ByteString?, subject: ByteString?, clientID: ByteString?, audiences: [ByteString], hasAudience: Bool,
    scopes: [ByteString], expiresAt: Double?, notBefore: Double? = nil, issuedAt: Double? = nil,
    tokenID: ByteString? = nil, form: Form, root: JSONValue
  ) {
    self.issuer = issuer
    self.subject = subject
    self.clientID = clientID
    self.audiences = audiences
    self.hasAudience = hasAudience
    self.scopes = scopes
    self.expiresAt = expiresAt
    self.notBefore = notBefore
    self.issuedAt = issuedAt
    self.tokenID = tokenID
    self.form = form
    self.root = root
  }
}
