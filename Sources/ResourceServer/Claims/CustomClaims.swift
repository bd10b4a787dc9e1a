import JSON
import Support

extension Claims {
  /// What a custom verifier said, as its builder wrote it down: nothing else that stands in `document` means anything
  /// here.
  convenience init(saidBy document: JSONDocument) throws(AuthError) {
    let reader = ClaimReader(claims: document.root)
    let audiences = try reader.textOrArray("aud")
    self.init(
      issuer: try reader.text("iss"), subject: try reader.text("sub"), clientID: try reader.text("client_id"),
      audiences: audiences ?? TextList([]), hasAudience: audiences != nil, scopes: try reader.scopes("scope") ?? [],
      expiresAt: try reader.date("exp"), form: .custom, root: document.root)
  }
}
