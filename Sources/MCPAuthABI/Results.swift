import CMCPAuth
import Support

@implementation @c
public func mcpauth_result_name(_ result: mcpauth_result) -> UnsafePointer<CChar>! {
  guard let code = ResultCode(rawValue: result) else { return ("MCPAUTH_UNKNOWN_RESULT" as StaticString).cString }
  return describe(code).name.cString
}

@implementation @c
public func mcpauth_result_description(_ result: mcpauth_result) -> UnsafePointer<CChar>! {
  guard let code = ResultCode(rawValue: result) else {
    return ("This is not a result of this library." as StaticString).cString
  }
  return describe(code).description.cString
}

func describe(_ code: ResultCode) -> (name: StaticString, description: StaticString) {
  switch code {
  case .ok: return ("MCPAUTH_OK", "The call succeeded.")
  case .wouldBlock:
    return ("MCPAUTH_WOULD_BLOCK", "The answer needs the network; what is needed was started, ask again later.")
  case .responded: return ("MCPAUTH_RESPONDED", "The response answers the request; there is nothing more to do.")
  case .nullParameter: return ("MCPAUTH_ERR_NULL_PARAMETER", "An argument that is needed was NULL.")
  case .invalidArgument: return ("MCPAUTH_ERR_INVALID_ARGUMENT", "An argument has a value that cannot be used.")
  case .invalidConfig: return ("MCPAUTH_ERR_INVALID_CONFIG", "The configuration is incomplete or contradicts itself.")
  case .missingAuthHeader: return ("MCPAUTH_ERR_MISSING_AUTH_HEADER", "The request has no Authorization header.")
  case .invalidAuthHeader:
    return ("MCPAUTH_ERR_INVALID_AUTH_HEADER", "The Authorization header is of another scheme than Bearer.")
  case .missingBearerToken:
    return ("MCPAUTH_ERR_MISSING_BEARER_TOKEN", "The Authorization header says Bearer and holds no token.")
  case .ambiguousCredentials:
    return ("MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS", "The request holds credentials that cannot be read as one token.")
  case .invalidRequest:
    return ("MCPAUTH_ERR_INVALID_REQUEST", "The request's body or MCP headers do not say clearly what is asked for.")
  case .hostNotAllowed:
    return ("MCPAUTH_ERR_HOST_NOT_ALLOWED", "The request's Host is not this server's.")
  case .originNotAllowed:
    return ("MCPAUTH_ERR_ORIGIN_NOT_ALLOWED", "The request comes from a web page of an origin that is not allowed.")
  case .sessionNotFound:
    return ("MCPAUTH_ERR_SESSION_NOT_FOUND", "The session is not one of this caller's.")
  case .tokenMalformed: return ("MCPAUTH_ERR_TOKEN_MALFORMED", "The token is not a well-formed signed JWT.")
  case .tokenEncrypted: return ("MCPAUTH_ERR_TOKEN_ENCRYPTED", "The token is encrypted, not signed.")
  case .algorithmNotAllowed:
    return ("MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED", "The token's signature algorithm is not allowed.")
  case .keyNotFound: return ("MCPAUTH_ERR_KEY_NOT_FOUND", "The issuer has no key that fits the token.")
  case .signatureInvalid: return ("MCPAUTH_ERR_SIGNATURE_INVALID", "The token's signature is wrong.")
  case .tokenExpired: return ("MCPAUTH_ERR_TOKEN_EXPIRED", "The token has expired.")
  case .tokenNotYetValid: return ("MCPAUTH_ERR_TOKEN_NOT_YET_VALID", "The token is not valid yet.")
  case .issuerMismatch: return ("MCPAUTH_ERR_ISSUER_MISMATCH", "The token's issuer is not trusted.")
  case .audienceMismatch: return ("MCPAUTH_ERR_AUDIENCE_MISMATCH", "The token is not meant for this resource.")
  case .claimMissing: return ("MCPAUTH_ERR_CLAIM_MISSING", "The token lacks a claim that is required.")
  case .claimInvalid: return ("MCPAUTH_ERR_CLAIM_INVALID", "A claim of the token has the wrong type or value.")
  case .tokenType: return ("MCPAUTH_ERR_TOKEN_TYPE", "The token is signed by the issuer but is no access token.")
  case .insufficientScope: return ("MCPAUTH_ERR_INSUFFICIENT_SCOPE", "The token lacks a required scope.")
  case .clientNotAllowed:
    return ("MCPAUTH_ERR_CLIENT_NOT_ALLOWED", "The client the token was issued to is not allowed.")
  case .tokenInactive: return ("MCPAUTH_ERR_TOKEN_INACTIVE", "The token is not active: revoked or unknown.")
  case .proofInvalid: return ("MCPAUTH_ERR_PROOF_INVALID", "The proof of possession is missing or wrong.")
  case .bindingMismatch:
    return (
      "MCPAUTH_ERR_BINDING_MISMATCH", "The token is bound to a key or certificate that the request does not show."
    )
  case .tokenRejected: return ("MCPAUTH_ERR_TOKEN_REJECTED", "The custom verifier rejected the token.")
  case .operationNotAllowed:
    return ("MCPAUTH_ERR_OPERATION_NOT_ALLOWED", "What the request asks for is not allowed to this caller.")
  case .keysUnavailable: return ("MCPAUTH_ERR_KEYS_UNAVAILABLE", "The issuer's keys cannot be fetched now.")
  case .metadataUnavailable: return ("MCPAUTH_ERR_METADATA_UNAVAILABLE", "The issuer's metadata cannot be fetched now.")
  case .metadataInvalid: return ("MCPAUTH_ERR_METADATA_INVALID", "The issuer's metadata is unusable.")
  case .jwksURIMissing: return ("MCPAUTH_ERR_JWKS_URI_MISSING", "The issuer's metadata names no key set.")
  case .introspectionUnavailable:
    return ("MCPAUTH_ERR_INTROSPECTION_UNAVAILABLE", "The introspection endpoint cannot be reached now.")
  case .callbackFailed: return ("MCPAUTH_ERR_CALLBACK_FAILED", "A callback of the host could not decide now.")
  case .noMemory: return ("MCPAUTH_ERR_NO_MEMORY", "There is not enough memory.")
  case .internal: return ("MCPAUTH_ERR_INTERNAL", "A rule of this library was broken, by a callback or by itself.")
  }
}
