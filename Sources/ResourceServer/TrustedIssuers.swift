import JOSE
import JSON
import KeyService
import Support

/// The authorization servers of a verifier. The unverified iss only chooses among them, and the keys of the chosen one
/// alone may verify (attacks A20, A21).
struct TrustedIssuers: Sendable {
  private let issuers: [ByteString: IssuerKeys]
  /// As configured, for messages.
  private let names: [ByteString]

  init(_ configurations: [IssuerConfiguration], fetcher: any Fetcher) throws(Failure) {
    var issuers: [ByteString: IssuerKeys] = [:]
    for configuration in configurations {
      issuers[configuration.identifier] = IssuerKeys(settings: try configuration.keySettings(), fetcher: fetcher)
    }
    self.issuers = issuers
    names = configurations.map { $0.identifier }
  }

  /// Each once.
  var all: [IssuerKeys] { issuers.values.map { $0 } }

  /// The keys of the issuer that the token claims to be from.
  func keys(for claims: UnverifiedClaims) throws(Failure) -> IssuerKeys {
    guard let member = claims.issuer else {
      throw Failure(.claimMissing, "the token has no iss claim, so nobody can tell whose keys would verify it")
    }
    guard let name = member.string else { throw Failure(.claimInvalid, "the token's iss claim is not a string") }
    guard let keys = issuers[name] else { throw mismatch(name, isForGraph: claims.header.hasNonce) }
    return keys
  }

  /// The issuer of what was verified before. A verifier of another configuration may not trust it.
  func check(_ name: ByteString?, isCustom: Bool) throws(Failure) {
    if isCustom { return try check(customIssuer: name) }
    guard let name, issuers[name] != nil else { throw mismatch(name ?? "") }
  }

  /// What a custom verifier says. Without any trusted issuer it has to say nothing.
  func check(customIssuer name: ByteString?) throws(Failure) {
    guard let name else {
      guard issuers.isEmpty else {
        throw Failure(
          .issuerMismatch,
          "the custom verifier set no issuer; set one of the configured ones with mcpauth_authinfo_builder_set_issuer")
      }
      return
    }
    guard issuers[name] != nil else { throw mismatch(name) }
  }

  private func mismatch(_ name: ByteString, isForGraph: Bool = false) -> Failure {
    var message: Message = "the token's issuer is \(quoted(name)), which is not trusted; trusted: \(quoted(names))"
    if issuers[name + "/"] != nil {
      message += "; the configured issuer ends with / and the token's iss does not: they must be equal to the byte"
    } else if name.hasSuffix("/"), issuers[name.dropLast(1)] != nil {
      message += "; the token's iss ends with / and the configured issuer does not: they must be equal to the byte"
    } else if isForGraph {
      message += "; " + UnverifiedToken.graphMend
    } else if name.hasPrefix("https://sts.windows.net/") {
      message += "; this is an Entra ID version 1 token: set requestedAccessTokenVersion to 2 in the application's manifest, "
        + "or trust this issuer too"
    }
    return Failure(.issuerMismatch, message, cause: .mismatch(expected: names, actual: [name]))
  }
}
