import Support

/// One thing that an operator should know about an authorization server's metadata or keys. It judges what MCP clients
/// and this library need; a verifier's own use of the server does not depend on it.
public struct MetadataFinding: Sendable {
  public enum Severity: Sendable {
    /// MCP clients, or this library, cannot work with the server.
    case error
    case warning
  }

  /// The names are MCP Auth's, as far as it has one. Header, advice and parity page list them: Tests/packaging compares.
  public enum Code: Sendable, CaseIterable {
    case fetchServerConfigError
    case invalidServerMetadata
    case issuerMismatch
    case missingJWKSURI
    case fetchJWKSError
    case codeResponseTypeNotSupported
    case authorizationCodeGrantNotSupported
    case pkceNotSupported
    case s256CodeChallengeMethodNotSupported
    case clientIDMetadataDocumentNotSupported
    case publicClientsNotSupported
    case authorizationResponseIssNotSupported
    case refreshTokenNotSupported
    case offlineAccessNotSupported
    case issuerSlash
    case opaqueTokens
    case unusableKey
    case ambiguousKey

    public var name: StaticString {
      switch self {
      case .fetchServerConfigError: "fetch_server_config_error"
      case .invalidServerMetadata: "invalid_server_metadata"
      case .issuerMismatch: "issuer_mismatch"
      case .missingJWKSURI: "missing_jwks_uri"
      case .fetchJWKSError: "fetch_jwks_error"
      case .codeResponseTypeNotSupported: "code_response_type_not_supported"
      case .authorizationCodeGrantNotSupported: "authorization_code_grant_not_supported"
      case .pkceNotSupported: "pkce_not_supported"
      case .s256CodeChallengeMethodNotSupported: "s256_code_challenge_method_not_supported"
      case .clientIDMetadataDocumentNotSupported: "client_id_metadata_document_not_supported"
      case .publicClientsNotSupported: "public_clients_not_supported"
      case .authorizationResponseIssNotSupported: "authorization_response_iss_not_supported"
      case .refreshTokenNotSupported: "refresh_token_not_supported"
      case .offlineAccessNotSupported: "offline_access_not_supported"
      case .issuerSlash: "issuer_slash"
      case .opaqueTokens: "opaque_tokens"
      case .unusableKey: "unusable_key"
      case .ambiguousKey: "ambiguous_key"
      }
    }

    public var severity: Severity {
      switch self {
      case .clientIDMetadataDocumentNotSupported, .publicClientsNotSupported, .authorizationResponseIssNotSupported,
        .refreshTokenNotSupported, .offlineAccessNotSupported, .issuerSlash, .opaqueTokens, .unusableKey, .ambiguousKey:
        .warning
      case .fetchServerConfigError, .invalidServerMetadata, .issuerMismatch, .missingJWKSURI, .fetchJWKSError,
        .codeResponseTypeNotSupported, .authorizationCodeGrantNotSupported, .pkceNotSupported,
        .s256CodeChallengeMethodNotSupported:
        .error
      }
    }
  }

  public let code: Code
  /// What is wrong and how to fix it; ASCII.
  public let message: Diagnostic

  /// It may be gone the next time, without anybody having fixed anything: no answer came, or one that says so.
  public var isOutage = false

  public var severity: Severity { code.severity }
}
