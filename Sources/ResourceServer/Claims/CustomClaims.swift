import JSON
import Support

extension Claims {
  /// What a custom verifier said, as its builder wrote it down. Of what else stands in `document` counts what speaks
  /// against the token: nbf and iat here, cnf, active and the marks of another kind of token in their policies.
  convenience init(saidBy document: JSONDocument) throws(AuthError) {
    let reader = ClaimReader(claims: document.root)
    let audiences = try reader.textOrArray("aud")
    self.init(
      issuer: try reader.text("iss"), subject: try reader.text("sub"), clientID: try reader.text("client_id"),
      audiences: audiences ?? [], hasAudience: audiences != nil, scopes: try reader.scopes("scope") ?? [],
      expiresAt: try reader.date("exp"), notBefore: try reader.date("nbf"), issuedAt: try reader.date("iat"),
      form: .custom, root: document.root)
  }
}
