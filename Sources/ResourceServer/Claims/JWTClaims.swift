import JOSE
import JSON
import Support

extension Claims {
  /// The claims of a token whose signature was verified: no other token has a `VerifiedToken`.
  /// `scopeClaims` hold scopes beside the usual ones.
  convenience init(_ token: borrowing VerifiedToken, scopeClaims: borrowing [ClaimPath]) throws(AuthError) {
    let root = try token.claims()
    let reader = ClaimReader(claims: root)
    let audiences = try reader.textOrArray("aud")
    let clientID = try Self.clientID(reader)
    var scopes = try Self.scopes(reader)
    if !scopeClaims.isEmpty {
      for path in copy scopeClaims { scopes += try reader.scopes(path, clientID: clientID) }
      scopes = withoutRepetition(scopes)
    }
    self.init(
      issuer: try reader.text("iss"), subject: try reader.text("sub"), clientID: clientID,
      audiences: audiences ?? [], hasAudience: audiences != nil,
      scopes: consume scopes,
      expiresAt: try reader.date("exp"), notBefore: try reader.date("nbf"), issuedAt: try reader.date("iat"),
      hasTokenID: try reader.text("jti") != nil, form: .jwt(JWTMarks(type: token.header.type, claims: root)), root: root
    )
  }

  /// Standard names first; appid is Entra's v1 tokens' and AD FS's, cid is Okta's.
  private static func clientID(_ reader: ClaimReader) throws(AuthError) -> TextView? {
    if let clientID = try reader.text("client_id") { return clientID }
    if let authorizedParty = try reader.text("azp") { return authorizedParty }
    return reader.textIfString("appid") ?? reader.textIfString("cid")
  }

  /// scope is RFC 9068's; scp is what Entra and Okta send.
  private static func scopes(_ reader: ClaimReader) throws(AuthError) -> [TextView] {
    if let scopes = try reader.scopes("scope") { return scopes }
    if let scopes = try reader.scopes("scp") { return scopes }
    return try reader.scopes("scopes") ?? []
  }
}

extension Claims.JWTMarks {
  init(type: ByteString?, claims: JSONValue) {
    self.type = type
    isBound = claims.has("cnf")
    hasNonce = claims.has("nonce")
    hasAccessTokenHash = claims.has("at_hash")
    hasClientID = claims.has("client_id")
  }
}
