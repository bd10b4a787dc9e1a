import JOSE
import JSON
import KeyService
import Support

/// The authorization servers of a verifier. The unverified iss only chooses among them, and the keys of the chosen one
/// alone may verify (attacks A20, A21).
struct TrustedIssuers: Sendable {
  /// One value of iss.
  final class Name: Sendable {
    fileprivate let text: ByteString
    let keys: IssuerKeys
    /// nil: it is no tenant's.
    let tenant: TenantRule?

    fileprivate init(text: ByteString, keys: IssuerKeys, tenant: TenantRule?) {
      self.text = text
      self.keys = keys
      self.tenant = tenant
    }
  }

  /// Each issuer once.
  let all: [IssuerKeys]
  /// As configured, for messages.
  private let configured: [ByteString]
  private let names: [Name]
  /// Where each is among them; empty where they are so few that they are compared faster than hashed.
  private let indices: TextIndex

  init(_ configurations: [IssuerConfiguration], fetcher: any Fetcher, log: (any Log)?) throws(AuthError) {
    var all: [IssuerKeys] = []
    var names: [Name] = []
    var indices = TextIndex()
    for configuration in configurations {
      let accepted = try configuration.names.accepted(for: configuration.identifier)
      let keys = IssuerKeys(settings: try configuration.keySettings(), fetcher: fetcher, log: log)
      all.append(keys)
      for name in accepted {
        let rule = name.tenant.map { TenantRule(tenant: $0, templates: configuration.names.templates) }
        names.append(Name(text: name.text, keys: keys, tenant: rule))
        guard indices.insert(name.text) else {
          throw AuthError(
            .invalidConfig,
            "\(quoted(name.text)) is accepted as an issuer twice: as an issuer, alias or tenant; leave one out")
        }
      }
    }
    self.all = all
    configured = configurations.map { $0.identifier }
    self.names = names
    self.indices = names.count <= TextSet.smallCount ? TextIndex() : indices
  }

  @inline(never)
  private func name(_ text: TextView) -> Name? {
    indices.isEmpty ? names.first { text == $0.text } : indices.index(of: ByteString(text)).map { names[$0] }
  }

  /// What is known of the issuer that the token claims to be from.
  func find(_ claims: borrowing UnverifiedClaims) throws(AuthError) -> Name {
    guard let member = claims.issuer else {
      throw AuthError(.claimMissing, "the token has no iss claim, so nobody can tell whose keys would verify it")
    }
    guard let text = member.text else { throw AuthError(.claimInvalid, "the token's iss claim is not a string") }
    guard let name = name(text) else { throw mismatch(ByteString(text), isForGraph: claims.header.hasNonce) }
    return name
  }

  /// The issuer of what was verified before. A verifier of another configuration may not trust it.
  func check(_ name: TextView?, isCustom: Bool) throws(AuthError) {
    if isCustom { return try check(customIssuer: name) }
    guard let name, self.name(name) != nil else { throw mismatch(name.map { ByteString($0) } ?? "") }
  }

  /// What a custom verifier says. Without any trusted issuer it has to say nothing.
  func check(customIssuer name: TextView?) throws(AuthError) {
    guard let name else {
      guard all.isEmpty else {
        throw AuthError(
          .issuerMismatch,
          "the custom verifier set no issuer; set one of the configured ones with mcpauth_authinfo_builder_set_issuer")
      }
      return
    }
    guard self.name(name) != nil else { throw mismatch(ByteString(name)) }
  }

  private func mismatch(_ name: ByteString, isForGraph: Bool = false) -> AuthError {
    var message: Diagnostic =
      "the token's issuer is \(quoted(name)), which is not trusted; trusted: \(quoted(configured))"
    let other = togglingTrailingSlash(name)
    if other.withUnsafeBytes({ self.name(TextView($0)) }) != nil {
      let which: Diagnostic =
        name.hasSuffix("/")
        ? "; the token's iss ends with / and the configured issuer does not"
        : "; the configured issuer ends with / and the token's iss does not"
      message += which + ": they must be equal to the byte, unless mcpauth_issuer_ignore_trailing_slash is called"
    } else if isForGraph {
      message += "; " + UnverifiedToken.graphHint
    } else if name.hasPrefix("https://sts.windows.net/") {
      message +=
        "; this is an Entra ID version 1 token: set requestedAccessTokenVersion to 2 in the application's manifest, "
        + "or trust this name too with mcpauth_issuer_add_alias"
    }
    return AuthError(.issuerMismatch, message, cause: .mismatch(expected: configured, actual: [name]))
  }
}
