import Support

/// The client the token was issued to (client_id, azp, appid, cid) must be one of those allowed. Exact bytes.
final class AllowedClientPolicy: ClaimPolicy {
  private let allowed: TextIndex

  init(allowed: [ByteString]) { self.allowed = TextIndex(allowed) }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard let clientID = claims.clientID else {
      throw AuthError(
        .clientNotAllowed,
        "the token does not say which client it was issued to (client_id, azp, appid, cid), and only some are allowed")
    }
    guard allowed.contains(clientID) else {
      throw AuthError(
        .clientNotAllowed,
        "the token was issued to client \(quoted(ByteString(clientID))), which is not allowed; if it is meant to be, add it with "
          + "mcpauth_config_add_allowed_client")
    }
  }
}
