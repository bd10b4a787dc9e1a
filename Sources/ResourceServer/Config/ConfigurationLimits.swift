import Support

/// The bounds of a configuration and the shapes of the texts in it.
enum ConfigurationLimits {
  static let leewaySeconds: UInt32 = 300
  static let issuers = 1000
  static let aliases = 100
  static let templates = 4
  static let tenants = 1000
  static let audiences = 100
  static let origins = 1000
  static let scopes = 1000
  static let operationScopes = 10_000
  static let resourceTemplates = 1000
  static let claims = 100
  static let clients = 1000
  static let textBytes = 2048
  static let jsonBytes = 1 << 20
  static let keysPerIssuer = 100
  static let keyIDBytes = 256

  /// `count` things are there and one more is to come.
  static func check(_ count: Int, _ limit: Int, _ what: StaticString) throws(AuthError) {
    guard count < limit else { throw AuthError(.invalidConfig, "more than \(limit) \(what)") }
  }

  static func check(text: ByteString, _ what: StaticString, limit: Int = textBytes) throws(AuthError) {
    guard !text.isEmpty else { throw AuthError(.invalidArgument, "the \(what) is empty") }
    guard text.count <= limit else { throw AuthError(.invalidArgument, "the \(what) is longer than \(limit) bytes") }
    guard text.isValidUTF8, !text.hasControlCharacter else {
      throw AuthError(.invalidArgument, "\(what) \(quoted(text)) is not UTF-8 text without control characters")
    }
  }

  static func check(scope: ByteString) throws(AuthError) {
    guard isScopeToken(scope), scope.count <= textBytes else {
      throw AuthError(
        .invalidArgument,
        "scope \(quoted(scope)) is not one scope: printable ASCII without space, quote and backslash "
          + "(RFC 6749 section 3.3); add several with several calls")
    }
    guard scope != "offline_access" else {
      throw AuthError(
        .invalidArgument, "offline_access asks an authorization server for a refresh token; no resource requires it")
    }
  }

  static func check(json: UnsafeRawBufferPointer, _ what: StaticString) throws(AuthError) {
    guard json.count <= jsonBytes else { throw AuthError(.invalidArgument, "the \(what) is longer than 1 MiB") }
  }
}
