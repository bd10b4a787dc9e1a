import JSON
import Support

/// What a token says, after its signature was verified or a custom verifier vouched for it, and before the policies have
/// judged it. Immutable, any thread. All texts are valid as long as this object, and followed by a NUL byte.
public final class Claims: Sendable {
  /// iss
  public let issuer: TextView?
  /// sub
  public let subject: TextView?
  /// client_id, else azp, appid, cid
  public let clientID: TextView?
  /// aud, a string or an array (RFC 7519 section 4.1.3)
  public let audiences: [TextView]
  /// aud is present, be it empty
  public let hasAudience: Bool
  /// scope, else scp, else scopes, and the configured claims; each once, in the token's order
  public let scopes: [TextView]
  /// exp, nbf, iat in seconds since 1970; fractions are allowed (RFC 7519 section 2)
  public let expiresAt: Double?
  public let notBefore: Double?
  public let issuedAt: Double?
  /// jti is present
  public let hasTokenID: Bool
  public let form: Form
  /// All claims, an object. What is a text above is one of its own, but for the scopes.
  public let root: JSONValue
  let texts: ClaimTexts

  /// Where the claims come from, and what only that form has.
  public enum Form: Sendable {
    case jwt(JWTMarks)
    case custom
    case anonymous
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
    issuer: TextView?, subject: TextView?, clientID: TextView?, audiences: [TextView], hasAudience: Bool,
    scopes: consuming [TextView], expiresAt: Double?, notBefore: Double? = nil, issuedAt: Double? = nil,
    hasTokenID: Bool = false, form: Form, root: JSONValue
  ) {
    self.issuer = issuer
    self.subject = subject
    self.clientID = clientID
    texts = ClaimTexts(keeping: &scopes, principal: (issuer, subject, clientID))
    self.audiences = audiences
    self.hasAudience = hasAudience
    self.scopes = scopes
    self.expiresAt = expiresAt
    self.notBefore = notBefore
    self.issuedAt = issuedAt
    self.hasTokenID = hasTokenID
    self.form = form
    self.root = root
  }
}
