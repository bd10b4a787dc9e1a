import Support

/// How a result is answered over HTTP: one row of MCP Auth's table of failures, with RFC 6750's error in the header.
///
/// Three outcomes are kept apart: the request is denied (400, 401, 403), the configuration is broken (500), the issuer's
/// side cannot be reached now (503). A 401 for an outage would log every user out; a 500 for a bad token would keep
/// clients from logging in again.
public struct Outcome: Sendable {
  public let status: Int
  /// MCP Auth's name: `error` of the body.
  public let code: StaticString
  /// `error_description` of the body.
  public let description: StaticString
  /// `error` of the challenge (RFC 6750 section 3.1); nil: a challenge without one, as for a request without credentials.
  public let challengeError: StaticString?

  /// Whether other credentials could help; then WWW-Authenticate says which.
  public let hasChallenge: Bool

  /// Whether it is the sender's place that is refused; scripts of such a page are to read nothing.
  let isForeign: Bool

  /// Whether the request is what is wrong, and not the server.
  public var isDenial: Bool { status < 500 }

  private static let headerFormat: StaticString =
    "Invalid `Authorization` header format. Expected \"Bearer <token>\"."
  private static let serverError: StaticString = "An error occurred with the authorization server."

  private static func denied(
    _ status: Int, _ code: StaticString, _ description: StaticString, _ challengeError: StaticString?
  ) -> Outcome {
    Outcome(
      status: status, code: code, description: description, challengeError: challengeError, hasChallenge: true,
      isForeign: false)
  }

  /// What no other token would change.
  private static func refused(
    _ status: Int, _ code: StaticString, _ description: StaticString, isForeign: Bool = false
  ) -> Outcome {
    Outcome(
      status: status, code: code, description: description, challengeError: nil, hasChallenge: false,
      isForeign: isForeign)
  }

  private static func invalidToken(challengeError: StaticString = "invalid_token") -> Outcome {
    denied(401, "invalid_token", "The provided token is invalid or malformed.", challengeError)
  }

  private static func serverError(status: Int) -> Outcome {
    refused(status, "server_error", serverError)
  }

  /// Total: a result that is no failure is answered as a programming error, never as a success.
  public static func of(_ result: ResultCode) -> Outcome {
    switch result {
    case .missingAuthHeader:
      return denied(
        401, "missing_auth_header", "Missing `Authorization` header. Please provide a valid bearer token.", nil)
    case .invalidAuthHeader:
      return denied(401, "invalid_auth_header_format", headerFormat, nil)
    case .missingBearerToken:
      return denied(
        401, "missing_bearer_token",
        "Missing bearer token in `Authorization` header. Please provide a valid token.", nil)
    case .ambiguousCredentials:
      return denied(400, "invalid_auth_header_format", headerFormat, "invalid_request")
    case .invalidRequest:
      return denied(
        400, "invalid_request", "The request's body or MCP headers do not say clearly what is asked for.",
        "invalid_request")
    case .tokenMalformed, .tokenEncrypted, .algorithmNotAllowed, .keyNotFound, .signatureInvalid, .tokenExpired,
      .tokenNotYetValid, .claimMissing, .claimInvalid, .tokenType, .clientNotAllowed, .tokenInactive, .bindingMismatch:
      return invalidToken()
    case .proofInvalid:
      return invalidToken(challengeError: "invalid_dpop_proof")
    case .tokenRejected:
      return denied(
        401, "token_verification_failed",
        "The token verification failed due to an error in the verification process.", "invalid_token")
    case .issuerMismatch:
      return denied(
        401, "invalid_issuer", "The token issuer does not match the expected issuer.", "invalid_token")
    case .audienceMismatch:
      return denied(
        401, "invalid_audience", "The token audience does not match the expected audience.", "invalid_token")
    case .insufficientScope:
      return denied(
        403, "missing_required_scopes", "The token does not contain the necessary scopes for this request.",
        "insufficient_scope")
    case .hostNotAllowed:
      return refused(403, "host_not_allowed", "The request's `Host` is not this server's.", isForeign: true)
    case .originNotAllowed:
      return refused(
        403, "origin_not_allowed", "Web pages of this `Origin` are not allowed to use this server.",
        isForeign: true)
    case .sessionNotFound:
      return refused(404, "session_not_found", "There is no such session; begin a new one.")
    case .operationNotAllowed:
      return refused(403, "operation_not_allowed", "What the request asks for is not allowed to this caller.")
    case .keysUnavailable, .metadataUnavailable, .introspectionUnavailable, .callbackFailed:
      return serverError(status: 503)
    case .ok, .wouldBlock, .responded, .nullParameter, .invalidArgument, .invalidConfig, .metadataInvalid,
      .jwksURIMissing,
      .noMemory,
      .internal:
      return serverError(status: 500)
    }
  }
}
