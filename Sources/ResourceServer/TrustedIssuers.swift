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
    private let tenant: TenantRule?
    private let keyIssuer: KeyIssuerRule

    fileprivate init(text: ByteString, keys: IssuerKeys, tenant: TenantRule?, keyIssuer: KeyIssuerRule) {
      self.text = text
      self.keys = keys
      self.tenant = tenant
      self.keyIssuer = keyIssuer
    }

    /// Whether a key of this issuer may have signed these claims.
    func check(_ claims: Claims, signedWith key: VerificationKey) throws(AuthError) {
      if let tenant { return try tenant.check(claims, signedWith: key) }
      try keyIssuer.check(claims, signedWith: key)
    }
  }

  /// Each issuer once.
  let all: [IssuerKeys]
  /// As configured, for messages.
  private let configured: [ByteString]
  private let names: [Name]
  /// Where each is among them; empty where they are so few that they are compared faster than hashed.
  private let indices: TextIndex

  /// `isCustom`: a custom verifier judges the tokens, and nothing is fetched for an issuer that is a name alone.
  init(
    _ configurations: [IssuerConfiguration], fetcher: any Fetcher, log: (any Log)?, isCustom: Bool
  ) throws(AuthError) {
    var all: [IssuerKeys] = []
    var names: [Name] = []
    var indices = TextIndex()
    for configuration in configurations {
      let accepted = try configuration.names.accepted(for: configuration.identifier)
      let settings = isCustom && configuration.isNameAlone ? configuration.nameAlone : try configuration.keySettings()
      let keys = IssuerKeys(settings: settings, fetcher: fetcher, log: log)
      all.append(keys)
      let keyIssuer = KeyIssuerRule(
        names: accepted.filter { $0.tenant == nil }.map { $0.text }
          + [configuration.names.metadataIssuer].compactMap { $0 },
        tenantNames: accepted.filter { $0.tenant != nil }.map { $0.text })
      for name in accepted {
        let rule = name.tenant.map { TenantRule(tenant: $0, templates: configuration.names.templates) }
        names.append(Name(text: name.text, keys: keys, tenant: rule, keyIssuer: keyIssuer))
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
    self.indices = names.count <= TextIndex.smallCount ? TextIndex() : indices
  }

  /// What clients are told the authorization servers are (RFC 9728 section 2). They compare it byte for byte with the
  /// issuer that the server's metadata names (RFC 8414 section 3.3): once that is known it is what is published, be it
  /// spelled with another slash than the configured one, or be it another name. Unless no client could use it.
  var publishedNames: [ByteString] {
    var published = configured
    for index in all.indices {
      if let name = all[index].nameInMetadata, isUsableByClients(name, of: configured[index]) {
        published[index] = name
      }
    }
    return published
  }

  private func isUsableByClients(_ name: ByteString, of issuer: ByteString) -> Bool {
    do throws(AuthError) {
      let url = try HTTPURL(name, what: "issuer")
      let configured = try HTTPURL(issuer, what: "issuer")
      let isPrivateNetwork = !configured.isHTTPS && !configured.isLoopback
      return url.query.isEmpty && (url.isHTTPS || url.isLoopback || isPrivateNetwork)
    } catch {
      return false  // such as a tenant template
    }
  }

  private func name(_ text: TextView) -> Name? {
    indices.isEmpty ? names.first { text == $0.text } : indices.index(of: text).map { names[$0] }
  }

  /// What is known of the issuer that the token claims to be from.
  func find(_ claims: borrowing UnverifiedClaims) throws(AuthError) -> Name {
    guard let member = claims.issuer else {
      throw AuthError(.claimMissing, "the token has no iss claim, so it is unknown whose keys would verify it")
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

  /// How a name differs from a trusted one that its author may have taken for the same.
  private func difference(of name: ByteString) -> Diagnostic? {
    for trusted in configured {
      if name.lowercased == trusted.lowercased { return "they differ in the case of letters only" }
      if Self.withoutDefaultPort(name) == Self.withoutDefaultPort(trusted) {
        let port: StaticString = name.hasPrefix("https:") ? ":443" : ":80"
        return "they differ in the default port (\(port)) only"
      }
      if name.hasPrefix("http://"), trusted == "https://" + name.dropFirst(7) {
        return "the token's says http and the configured one https"
      }
    }
    return nil
  }

  private static func withoutDefaultPort(_ name: ByteString) -> ByteString {
    do throws(AuthError) {
      let url = try HTTPURL(name, what: "issuer")
      guard url.port == (url.isHTTPS ? ":443" : ":80") else { return name }
      return url.origin.dropLast(url.port.count) + url.path + url.query
    } catch {
      return name
    }
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
    } else if let difference = difference(of: name) {
      message +=
        "; " + difference + ": configure the issuer as its tokens name it, or trust that name too with "
        + "mcpauth_issuer_add_alias"
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
