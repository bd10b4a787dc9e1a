import Support

/// Whom a token has to be meant for and issued to.
struct RecipientSettings: Sendable {
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
  static var keycloakMend: Message {
    "add an audience mapper for this resource to a client scope there, so that its tokens name it"
  }

  /// What can only be judged once all was said.
  func check() throws(Failure) {
    guard !allowsMissingAudience || !allowedClients.isEmpty else {
      throw Failure(
        .invalidConfig,
        "tokens without audience are accepted, and no client is named to which they must have been issued; name them with "
          + "mcpauth_config_add_allowed_client")
    }
  }
}

extension Configuration {
  public func addAudience(_ text: ByteString) throws(Failure) {
    try ConfigurationLimits.check(text: text, "audience")
    guard text != RecipientSettings.keycloakAccount else {
      throw Failure(
        .invalidArgument,
        "the audience account would let in every token of a Keycloak realm: " + RecipientSettings.keycloakMend)
    }
    guard !recipients.addedAudiences.contains(text) else {
      throw Failure(.invalidConfig, "audience \(quoted(text)) was added before")
    }
    try ConfigurationLimits.check(recipients.addedAudiences.count, ConfigurationLimits.audiences, "audiences")
    recipients.addedAudiences.add(text)
  }

  public func addAllowedClient(_ clientID: ByteString) throws(Failure) {
    try ConfigurationLimits.check(text: clientID, "client id")
    try ConfigurationLimits.check(recipients.allowedClients.count, ConfigurationLimits.clients, "allowed clients")
    if !recipients.allowedClients.contains(clientID) { recipients.allowedClients.add(clientID) }
  }

  /// A second value for the same path is an alternative.
  public func addRequiredClaim(_ path: ByteString, _ value: ByteString) throws(Failure) {
    let path = try ClaimPath(path)
    try ConfigurationLimits.check(text: value, "claim value")
    if let index = recipients.requiredClaims.firstIndex(where: { $0.path == path }) {
      let values = recipients.requiredClaims[index].values
      try ConfigurationLimits.check(values.count, ConfigurationLimits.clients, "values for one claim")
      recipients.requiredClaims[index] = RecipientSettings.RequiredClaim(path: path, values: values + [value])
      return
    }
    try ConfigurationLimits.check(recipients.requiredClaims.count, ConfigurationLimits.claims, "required claims")
    recipients.requiredClaims.add(RecipientSettings.RequiredClaim(path: path, values: [value]))
  }

  public func ignoreRootSlash() { recipients.ignoresRootSlash = true }
  public func dangerousDisableAudienceCheck() { recipients.checksAudience = false }
  public func dangerousAllowMissingAudience() { recipients.allowsMissingAudience = true }
}
