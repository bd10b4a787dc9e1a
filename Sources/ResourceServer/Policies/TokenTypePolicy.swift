import Support

/// How closely a token's type is looked at.
enum TokenTypeCheck: Sendable {
  case knownTypes
  case rfc9068
  case off
}

/// typ (RFC 8725 section 3.11): what is signed by the same issuer but is no access token must not pass for one
/// (attack A41). Absent, JWT and at+jwt pass; ID tokens often say JWT too, and are known by their claims.
final class TokenTypePolicy: ClaimPolicy {
  private let accessTokenTypes: [Literal] = ["at+jwt", "jwt", "application/at+jwt"]

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard case .jwt(let marks) = claims.form else { return }
    if let type = marks.type, !accessTokenTypes.contains(where: type.equalsIgnoringCase) {
      throw AuthError(.tokenType, "the token's typ is \(quoted(type)); an access token has at+jwt, JWT or none")
    }
    guard looksLikeIDToken(claims, marks) else { return }
    throw AuthError(
      .tokenType,
      "this is an OpenID Connect ID token (it has nonce or at_hash and the client as its audience); "
        + "the client has to send the access token")
  }

  private func looksLikeIDToken(_ claims: Claims, _ marks: Claims.JWTMarks) -> Bool {
    guard marks.hasNonce || marks.hasAccessTokenHash else { return false }
    guard let client = claims.clientID else { return true }  // its audience may be the client, as Entra ID's is
    return claims.audiences.contains { $0 == client }
  }
}
