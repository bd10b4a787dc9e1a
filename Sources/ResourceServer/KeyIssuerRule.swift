import JOSE
import JSON
import Support

/// A key that names an issuer (Entra's member `issuer` of a JWK) signs for that one alone, however the key set was come by:
/// providers publish keys of many tenants in one set (attack A46).
struct KeyIssuerRule: Sendable {
  /// The names of the configured issuer that are no tenant's: its identifier, its aliases, what its metadata calls it.
  let names: [ByteString]
  /// Those of its tenants.
  let tenantNames: [ByteString]

  func check(_ claims: Claims, signedWith key: VerificationKey) throws(AuthError) {
    guard let issuer = key.issuer, !names.contains(issuer) else { return }
    if let filledIn = filledIn(issuer, claims), names.contains(filledIn) || tenantNames.contains(filledIn) { return }
    throw AuthError(
      .issuerMismatch,
      "the token's key (\(key.label)) is for the issuer \(quoted(issuer)) alone, and the token is of "
        + "\(quoted(claims.issuer.map { ByteString($0) } ?? "")); if both are the same provider, trust that name too with "
        + "mcpauth_issuer_add_alias",
      cause: .mismatch(expected: [issuer], actual: claims.issuer.map { [ByteString($0)] } ?? []))
  }

  /// A template stands for each tenant: for this token, for the one that its tid names.
  private func filledIn(_ issuer: ByteString, _ claims: Claims) -> ByteString? {
    guard let tenant = claims.root.member("tid")?.string else { return nil }
    do throws(AuthError) {
      return try TenantTemplate(issuer).filledIn(tenant)
    } catch {
      return nil
    }
  }
}
