import JOSE
import JSON
import Support

/// What a token of a tenant has to prove beyond its signature, as all tenants' tokens are signed with the same keys: that
/// its tid is the tenant whose name its iss is, and that its key is for that tenant.
struct TenantRule: Sendable {
  let tenant: ByteString
  let templates: [TenantTemplate]

  func check(_ claims: Claims, signedWith key: VerificationKey) throws(AuthError) {
    let actual = claims.root.member("tid")?.string
    guard actual == tenant else {
      throw AuthError(
        .issuerMismatch,
        "the token's iss is that of tenant \(quoted(tenant)), and its tid claim is another or absent",
        cause: .mismatch(expected: [tenant], actual: actual.map { [$0] } ?? []))
    }
    guard let issuer = key.issuer else { return }
    if let named = claims.issuer, named == issuer { return }
    guard !templates.contains(where: { $0.text == issuer || $0.filledIn(tenant) == issuer }) else { return }
    throw AuthError(
      .issuerMismatch,
      "the token's key (\(key.label)) is for the issuer \(quoted(issuer)) only, and the token is of tenant "
        + "\(quoted(tenant))")
  }
}
