import Support

/// Whom a token has to be meant for and issued to.
struct AudienceSettings: Sendable {
  var addedAudiences: [ByteString] = []
  var checksAudience = true
  var allowsMissingAudience = false
  var ignoresRootSlash = false
  var allowedClients: [ByteString] = []
  var requiredClaims: [RequiredClaim] = []

  /// A claim that every token must have, with one of these values.
  final class RequiredClaim: Sendable {
    let path: ClaimPath
    let values: [ByteString]

    init(path: ClaimPath, values: [ByteString]) {
      self.path = path
      self.values = values
    }
  }

  /// The audience of Keycloak's own account console, which every token of a realm has unless that is changed.
  static var keycloakAccount: ByteString { "account" }
  static var keycloakHint: Diagnostic {
    "add an audience mapper for this resource to a client scope there, so that its tokens name it"
  }

  /// What can only be judged once all was said.
  func check() throws(AuthError) {
    guard !allowsMissingAudience || !allowedClients.isEmpty else {
      throw AuthError(
        .invalidConfig,
        "tokens without audience are accepted, and no client is named to which they must have been issued; name them with "
          + "mcpauth_config_add_allowed_client")
    }
  }
}

extension Configuration {
  public func addAudience(_ text: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: text, "audience")
    guard text != AudienceSettings.keycloakAccount else {
      throw AuthError(
        .invalidArgument,
        "the audience account would let in every token of a Keycloak realm: " + AudienceSettings.keycloakHint)
    }
    guard !audience.addedAudiences.contains(text) else {
      throw AuthError(.invalidConfig, "audience \(quoted(text)) was added before")
    }
    try ConfigurationLimits.check(audience.addedAudiences.count, ConfigurationLimits.audiences, "audiences")
    audience.addedAudiences.append(text)
  }

  public func addAllowedClient(_ clientID: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: clientID, "client id")
    try ConfigurationLimits.check(audience.allowedClients.count, ConfigurationLimits.clients, "allowed clients")
    if !audience.allowedClients.contains(clientID) { audience.allowedClients.append(clientID) }
  }

  /// A second value for the same path is an alternative.
  public func addRequiredClaim(_ path: ByteString, _ value: ByteString) throws(AuthError) {
    let path = try ClaimPath(path)
    try ConfigurationLimits.check(text: value, "claim value")
    if let index = audience.requiredClaims.firstIndex(where: { $0.path == path }) {
      let values = audience.requiredClaims[index].values
      try ConfigurationLimits.check(values.count, ConfigurationLimits.clients, "values for one claim")
      audience.requiredClaims[index] = AudienceSettings.RequiredClaim(path: path, values: values + [value])
      return
    }
    try ConfigurationLimits.check(audience.requiredClaims.count, ConfigurationLimits.claims, "required claims")
    audience.requiredClaims.append(AudienceSettings.RequiredClaim(path: path, values: [value]))
  }

  public func ignoreRootSlash() { audience.ignoresRootSlash = true }
  public func dangerousDisableAudienceCheck() { audience.checksAudience = false }
  public func dangerousAllowMissingAudience() { audience.allowsMissingAudience = true }
}
