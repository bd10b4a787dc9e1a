import Support

/// The rules a configuration asks for, in the order they are judged in. Scopes come after all of these, and together: 403 is
/// said only to a caller whose token is good otherwise (see ScopeCheck.swift).
final class PolicyList: @unchecked Sendable {
  private let policies: [Unmanaged<ClaimPolicy>]

  init(_ configuration: Configuration, resource: ProtectedResource) {
    let isCustom = configuration.customVerifier != nil
    let leeway = configuration.leewaySeconds
    var policies: [ClaimPolicy] = []
    switch configuration.tokenTypeCheck {
    case .knownTypes: policies.append(TokenTypePolicy())
    case .rfc9068: policies.append(RFC9068Policy())
    case .off: break
    }
    policies.append(BindingPolicy())
    if isCustom { policies.append(ActivePolicy()) }
    policies.append(ExpiryPolicy(leewaySeconds: leeway, isRequired: configuration.requiresExpiry && !isCustom))
    policies.append(NotBeforePolicy(leewaySeconds: leeway))
    if let maximumAge = configuration.maximumAgeSeconds {
      policies.append(MaximumAgePolicy(seconds: maximumAge, leewaySeconds: leeway))
    }
    let audience = configuration.audience
    if audience.checksAudience { policies.append(AudiencePolicy(audience, resource: resource)) }
    if !audience.allowedClients.isEmpty { policies.append(AllowedClientPolicy(allowed: audience.allowedClients)) }
    for claim in audience.requiredClaims { policies.append(RequiredClaimPolicy(claim)) }
    if configuration.requiresSubject { policies.append(SubjectPolicy()) }
    self.policies = policies.map { .passRetained($0) }
  }

  deinit { for policy in policies { policy.release() } }

  func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard now >= ValidityWindow.earliest else {  // what a clock says that failed; nothing would be expired then
      throw AuthError(
        .internal, "the clock says \(wholeSeconds(now)) s since 1970: it is not set, or its callback failed")
    }
    for policy in policies {
      if let failure = policy._withUnsafeGuaranteedRef({ $0.failure(of: claims, now: now) }) { throw failure }
    }
  }

  /// When claims that `check` let pass may be let pass without it.
  func window(of claims: Claims) -> ValidityWindow {
    var window = ValidityWindow()
    for policy in policies { policy._withUnsafeGuaranteedRef { $0.narrow(&window, for: claims) } }
    return window
  }
}
