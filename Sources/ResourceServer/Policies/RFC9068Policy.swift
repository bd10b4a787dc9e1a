import Support

/// The strict profile of RFC 9068 section 2: typ at+jwt, and every claim that it requires.
final class RFC9068Policy: ClaimPolicy {
  private let types: [StaticString] = ["at+jwt", "application/at+jwt"]

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    try refuseOtherKinds(claims)
    guard case .jwt(let marks) = claims.form else { return }
    guard let type = marks.type, types.contains(where: type.equalsIgnoringCase) else {
      throw AuthError(
        .tokenType,
        "the token's typ is \(marks.type.map { quoted($0) } ?? "absent"), and only at+jwt (RFC 9068) was allowed with "
          + "mcpauth_config_require_rfc9068")
    }
    try require(claims.expiresAt != nil, "exp")
    try require(claims.audiences.count > 0, "aud")
    try require(claims.subject != nil, "sub")
    try require(marks.hasClientID, "client_id")
    try require(claims.issuedAt != nil, "iat")
    try require(claims.hasTokenID, "jti")
  }

  private func require(_ isPresent: Bool, _ name: StaticString) throws(AuthError) {
    guard !isPresent else { return }
    throw AuthError(
      .claimMissing, "the token has no \(name) claim, which RFC 9068 section 2.2 requires of an access token")
  }
}
