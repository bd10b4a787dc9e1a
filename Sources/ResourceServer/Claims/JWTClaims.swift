import JOSE
import JSON
import Support

extension Claims {
  /// The claims of a token whose signature was verified: no other token has a `VerifiedToken`.
  /// `scopeClaims` hold scopes beside the usual ones.
  init(_ token: VerifiedToken, scopeClaims: [ClaimPath]) throws(Failure) {
    root = try token.claims()
    let reader = ClaimReader(claims: root)
    form = .jwt(
      JWTMarks(
        type: token.header.type,
        isBound: reader.has("cnf"),
        hasNonce: reader.has("nonce"),
        hasAccessTokenHash: reader.has("at_hash"),
        hasClientID: reader.has("client_id")))
    issuer = try reader.string("iss")
    subject = try reader.string("sub")
    tokenID = try reader.string("jti")
    audiences = try reader.stringOrArray("aud") ?? []
    hasAudience = reader.has("aud")
    expiresAt = try reader.date("exp")
    notBefore = try reader.date("nbf")
    issuedAt = try reader.date("iat")
    clientID = try Self.clientID(reader)
    scopes = try Self.scopes(reader)
    for path in scopeClaims { scopes += try reader.words(path, clientID: clientID) }
    if !scopeClaims.isEmpty { scopes = withoutRepetition(scopes) }
  }

  /// Standard names first; appid is Entra's v1 tokens' and AD FS's, cid is Okta's.
  private static func clientID(_ reader: ClaimReader) throws(Failure) -> ByteString? {
    if let clientID = try reader.string("client_id") { return clientID }
    if let authorizedParty = try reader.string("azp") { return authorizedParty }
    return reader.stringIfString("appid") ?? reader.stringIfString("cid")
  }

  /// scope is RFC 9068's; scp is what Entra and Okta send.
  private static func scopes(_ reader: ClaimReader) throws(Failure) -> [ByteString] {
    if let scopes = try reader.words("scope") { return scopes }
    if let scopes = try reader.words("scp") { return scopes }
    return try reader.words("scopes") ?? []
  }
}
