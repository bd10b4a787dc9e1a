import JSON
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
  private let accessTokenTypes: [StaticString] = ["at+jwt", "application/at+jwt", "jwt", "application/jwt"]

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard case .jwt(let marks) = claims.form else { return try refuseOtherKinds(claims) }
    if let type = marks.type, !accessTokenTypes.contains(where: type.equalsIgnoringCase) {
      throw AuthError(
        .tokenType,
        "the token's typ is \(quoted(type)); an access token has at+jwt, JWT or none: the client has to send the access "
          + "token")
    }
    guard looksLikeIDToken(claims, marks) else { return try refuseOtherKinds(claims) }
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

/// TOKEN_TYPE for claims that call the token something else than an access token (attack A45): Cognito's token_use, the
/// token_type of several frameworks, Keycloak's claim typ, the events of a logout token (OpenID Connect Back-Channel
/// Logout section 2.4). A refresh token would be good for weeks where it is taken for an access token.
func refuseOtherKinds(_ claims: Claims) throws(AuthError) {
  for name: StaticString in ["token_use", "token_type", "typ", "type"] {
    guard case .found(let view) = claims.root.text(of: name), view.count <= 16 else { continue }
    let kind = ByteString(view)
    guard isOtherKind(kind, isLoose: ByteString(name) == "type") else { continue }
    throw AuthError(
      .tokenType,
      "the token's claim \(name) is \(quoted(kind)): it is no access token; the client has to send the access token")
  }
  if claims.root.has("events") {
    throw AuthError(
      .tokenType,
      "the token has the claim events: it tells of a logout or the like; the client has to send the access token"
    )
  }
}

/// "type" may be anything's: only what no access token would say there counts.
private func isOtherKind(_ kind: ByteString, isLoose: Bool) -> Bool {
  switch kind.lowercased {
  case "refresh", "refresh_token", "offline": true
  case "id", "id_token", "logout", "logout_token": !isLoose
  default: false
  }
}
