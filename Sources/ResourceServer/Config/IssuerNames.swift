import Support

/// Under which names tokens of one issuer are accepted: what their iss may be.
struct IssuerNames {
  var aliases: [ByteString] = []
  var templates: [TenantTemplate] = []
  var tenants: [ByteString] = []
  var ignoresTrailingSlash = false
  /// What `issuer` in the metadata is, where the configuration says so itself.
  var metadataIssuer: ByteString?

  /// One value of iss, and the tenant it stands for, if it does.
  struct Name {
    let text: ByteString
    let tenant: ByteString?
  }

  /// Every accepted value of iss. INVALID_CONFIG where the settings contradict each other.
  func accepted(for identifier: ByteString) throws(AuthError) -> [Name] {
    guard templates.isEmpty == tenants.isEmpty else {
      throw AuthError(
        .invalidConfig,
        "issuer \(quoted(identifier)): a tenant template needs tenants and tenants need a template; add both, with "
          + "mcpauth_issuer_add_tenant_template and mcpauth_issuer_add_tenant")
    }
    guard templates.isEmpty || !ignoresTrailingSlash else {
      throw AuthError(
        .invalidConfig,
        "issuer \(quoted(identifier)): a trailing slash cannot be ignored where there is a tenant template; write the "
          + "template as tokens spell it")
    }
    var names = aliases.map { Name(text: $0, tenant: nil) }
    for template in templates {
      for tenant in tenants { names.append(Name(text: template.filledIn(tenant), tenant: tenant)) }
    }
    // With a template, the identifier is where the metadata is, and no tenant's name.
    if templates.isEmpty {
      names.append(Name(text: identifier, tenant: nil))
      if ignoresTrailingSlash { names.append(Name(text: togglingTrailingSlash(identifier), tenant: nil)) }
    }
    return names
  }

  var expectedMetadataIssuer: ByteString? { metadataIssuer ?? templates.first?.text }
}

/// The same with one slash at its end more or less.
func togglingTrailingSlash(_ identifier: ByteString) -> ByteString {
  identifier.hasSuffix("/") ? identifier.dropLast(1) : identifier + "/"
}

extension IssuerConfiguration {
  public func addAlias(_ text: ByteString) throws(AuthError) {
    let url = try HTTPURL(text, what: "alias")
    guard url.query.isEmpty else { throw AuthError(.invalidArgument, "alias \(quoted(text)) has a query") }
    try ConfigurationLimits.check(names.aliases.count, ConfigurationLimits.aliases, "aliases of one issuer")
    names.aliases.append(text)
  }

  public func addTenantTemplate(_ text: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(
      names.templates.count, ConfigurationLimits.templates, "tenant templates of one issuer")
    names.templates.append(try TenantTemplate(text))
  }

  public func addTenant(_ tenant: ByteString) throws(AuthError) {
    guard (1...128).contains(tenant.count), tenant.bytes.allSatisfy(isTenantCharacter), tenant != ".", tenant != ".."
    else {
      throw AuthError(
        .invalidArgument,
        "tenant \(quoted(tenant)) is no tenant id: 1 to 128 letters, digits and - . _ as in the tid "
          + "claim of its tokens")
    }
    try ConfigurationLimits.check(names.tenants.count, ConfigurationLimits.tenants, "tenants of one issuer")
    names.tenants.append(tenant)
  }

  public func ignoreTrailingSlash() { names.ignoresTrailingSlash = true }

  public func setMetadataIssuer(_ text: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: text, "metadata issuer")
    names.metadataIssuer = text
  }
}

private func isTenantCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): return true
  default: return false
  }
}
