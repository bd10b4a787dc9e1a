import Support

/// Which scopes a 401 asks for. A 403 always asks for all that the operation needs.
public enum ChallengeScopes: UInt32, Sendable {
  case required = 0
  case operation = 1
  case advertised = 2
}

/// What a configuration says of scopes.
struct ScopeSettings: Sendable {
  var required: [ByteString] = []
  /// Claims that hold further scopes, beside scope, scp and scopes.
  var claims: [ClaimPath] = []
  var hierarchy = ScopeHierarchy()
  /// For scopes_supported, in place of what the rules name.
  var advertised: [ByteString] = []
  /// How clients have to ask for a scope, where that is not its name in the token.
  var requestNames = TextLists()
  var operations = OperationRules()
  var challenge = ChallengeScopes.required

  /// `scopes` as clients have to ask for them.
  func requestable(_ scopes: [ByteString]) -> [ByteString] {
    requestNames.isEmpty ? scopes : scopes.map { requestNames[$0].first ?? $0 }
  }

  /// scopes_supported of the metadata (RFC 9728 section 2).
  var supported: [ByteString] {
    advertised.isEmpty ? requestable(withoutRepetition(required + operations.allScopes)) : advertised
  }
}

extension Configuration {
  /// Adding a scope again changes nothing.
  public func addRequiredScope(_ scope: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(scope: scope)
    guard !scopes.required.contains(scope) else { return }
    try ConfigurationLimits.check(scopes.required.count, ConfigurationLimits.scopes, "required scopes")
    scopes.required.append(scope)
  }

  public func addScopeClaim(_ path: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(scopes.claims.count, ConfigurationLimits.claims, "scope claims")
    scopes.claims.append(try ClaimPath(path))
  }

  public func addScopeImplication(_ scope: ByteString, implies implied: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(scope: scope)
    try ConfigurationLimits.check(scope: implied)
    try ConfigurationLimits.check(scopes.hierarchy.count, ConfigurationLimits.scopes, "scope implications")
    scopes.hierarchy.add(scope, implies: implied)
  }

  public func setChallengeScopes(_ challenge: ChallengeScopes) { scopes.challenge = challenge }

  public func addAdvertisedScope(_ scope: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(scope: scope)
    try ConfigurationLimits.check(scopes.advertised.count, ConfigurationLimits.scopes, "advertised scopes")
    if !scopes.advertised.contains(scope) { scopes.advertised.append(scope) }
  }

  public func setScopeRequestName(_ scope: ByteString, _ requestName: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(scope: scope)
    try ConfigurationLimits.check(scope: requestName)
    try ConfigurationLimits.check(scopes.requestNames.count, ConfigurationLimits.scopes, "scope request names")
    scopes.requestNames.set([requestName], for: scope)
  }

  public func addOperationScope(_ kind: OperationKind, _ name: ByteString, _ scope: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: name, kind.label)
    guard kind != .resource || !name.bytes.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") })
    else {
      throw AuthError(
        .invalidArgument,
        "resource URI \(quoted(name)) is a template, and here exact URIs are compared; add it with "
          + "mcpauth_config_add_resource_template_scope")
    }
    try ConfigurationLimits.check(scope: scope)
    try ConfigurationLimits.check(scopes.operations.count, ConfigurationLimits.operationScopes, "operation scopes")
    scopes.operations.add(kind, name, scope)
  }
  public func addResourceTemplateScope(_ text: ByteString, _ scope: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: text, "resource template")
    try ConfigurationLimits.check(scope: scope)
    let template = try ResourceTemplate.parse(text)
    try ConfigurationLimits.check(scopes.operations.count, ConfigurationLimits.operationScopes, "operation scopes")
    if !scopes.operations.contains(template: text) {
      try ConfigurationLimits.check(
        scopes.operations.templateCount, ConfigurationLimits.resourceTemplates, "resource templates")
    }
    scopes.operations.add(template, scope)
  }
  public func requireToolRules() { scopes.operations.requiresToolRules = true }
}
