import Support

/// Whose web pages may use this server, and under which names it may be reached, beside the resource's own.
struct OriginSettings: Sendable {
  fileprivate var origins: [WebOrigin] = []
  fileprivate var hosts: [Authority] = []
  fileprivate var allowsAnyOrigin = false
}

/// What keeps a page of another site from using this server through the browser of somebody who can reach it: DNS
/// rebinding (attack A52; MCP, Streamable HTTP, security).
struct OriginRules: Sendable {
  private let origins: [WebOrigin]
  private let hosts: [Authority]
  private let allowsAnyOrigin: Bool
  private let isLoopback: Bool
  /// A server that is reached over https needs no look at Host: a page that was rebound to it does not get past TLS.
  private let checksHost: Bool
  private let cors: CORS

  init(_ settings: OriginSettings, of resource: ProtectedResource, cors: CORS) {
    self.cors = cors
    origins = [WebOrigin(resource.origin)].compactMap { $0 } + settings.origins
    hosts = [Authority(host: resource.host)].compactMap { $0 } + settings.hosts
    allowsAnyOrigin = settings.allowsAnyOrigin
    isLoopback = resource.isLoopback
    checksHost = !resource.isHTTPS || !settings.hosts.isEmpty
  }

  func checkHost(_ field: HeaderField) throws(AuthError) {
    guard checksHost, field.count > 0 else { return }  // HTTP/1.0 may have none, and no browser speaks it
    guard field.count == 1, let text = text(of: field), let host = Authority(text) else {
      throw AuthError(.hostNotAllowed, "the request has more than one Host field, or one that names no host")
    }
    guard isLoopback && host.isLoopback || hosts.contains(where: { $0.covers(host) }) else {
      throw AuthError(
        .hostNotAllowed,
        "the request's Host is \(quoted(text)), which is not this server's; where clients do reach it under that name, call "
          + "mcpauth_config_add_allowed_host")
    }
  }

  /// A request without Origin is none that a page of another site sent.
  func checkOrigin(_ field: HeaderField) throws(AuthError) {
    guard field.count > 0 else { return }
    guard field.count == 1, let text = text(of: field) else {
      throw AuthError(.originNotAllowed, "the request has more than one Origin field, or one that is too long")
    }
    guard allowsAnyOrigin || WebOrigin(text).map(allows) ?? false else {
      throw AuthError(
        .originNotAllowed,
        "the request's Origin is \(quoted(text)), which is not allowed; where that site's pages are to use this server, call "
          + "mcpauth_config_add_allowed_origin")
    }
  }

  private func allows(_ origin: WebOrigin) -> Bool { isLoopback && origin.isLoopback || origins.contains(origin) }

  /// The answer to a browser's preflight, whose Host and Origin were checked; nil for another request.
  func preflight(_ request: borrowing MCPRequest) -> Response? {
    guard request.isMethod("OPTIONS"), request.preflightMethod.count > 0 else { return nil }
    return allowedOrigin(of: request).map(cors.preflight)
  }

  /// The fields for an answer of the host's; nil where there are none.
  func headersOfAnswer(to request: borrowing MCPRequest) throws(AuthError) -> Response? {
    try checkOrigin(request.origin)
    return allowedOrigin(of: request).map(cors.headersOfAnswer)
  }

  /// As the browser spells it, which compares it byte for byte.
  private func allowedOrigin(of request: borrowing MCPRequest) -> ByteString? {
    guard cors.isOn, request.origin.count > 0 else { return nil }
    return allowsAnyOrigin ? "*" : text(of: request.origin)
  }

  /// nil where it is longer than any that could be allowed.
  private func text(of field: HeaderField) -> ByteString? {
    field.first.count <= HTTPURL.longest ? ByteString(withoutBlanks(field.first)) : nil
  }
}

extension Configuration {
  public func addAllowedOrigin(_ text: ByteString) throws(AuthError) {
    guard let origin = WebOrigin(text) else {
      throw AuthError(
        .invalidArgument,
        "origin \(quoted(text)) is not one that a browser sends: scheme://host or scheme://host:port, without a path "
          + "(\"null\" is what anybody's sandboxed page sends)")
    }
    try ConfigurationLimits.check(origins.origins.count, ConfigurationLimits.origins, "allowed origins")
    origins.origins.append(origin)
  }

  public func addAllowedHost(_ text: ByteString) throws(AuthError) {
    guard let host = Authority(text) else {
      throw AuthError(
        .invalidArgument, "host \(quoted(text)) is not a host name or address, or one with a port: mcp.example.com:8443"
      )
    }
    try ConfigurationLimits.check(origins.hosts.count, ConfigurationLimits.origins, "allowed hosts")
    origins.hosts.append(host)
  }

  public func allowAnyOrigin() { origins.allowsAnyOrigin = true }
}
