import Support

/// Of the tables in Tests/vectors.
func result(named name: String) -> ResultCode? {
  let names: [String: ResultCode] = [
    "OK": .ok, "MISSING_AUTH_HEADER": .missingAuthHeader, "INVALID_AUTH_HEADER": .invalidAuthHeader,
    "MISSING_BEARER_TOKEN": .missingBearerToken, "AMBIGUOUS_CREDENTIALS": .ambiguousCredentials,
    "INVALID_REQUEST": .invalidRequest, "AUDIENCE_MISMATCH": .audienceMismatch, "CLAIM_INVALID": .claimInvalid,
    "INSUFFICIENT_SCOPE": .insufficientScope,
  ]
  return names[name]
}

/// What `body` throws; OK when it does not.
func result(of body: () throws(AuthError) -> Void) -> ResultCode {
  do throws(AuthError) {
    try body()
    return .ok
  } catch {
    return error.result
  }
}
