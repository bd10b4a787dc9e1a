/// The outcome of a call, with the numbers of `mcpauth_result` in the C header. The numbers are fixed for ever.
public enum ResultCode: UInt32, Sendable, CaseIterable {
  case ok = 0
  case wouldBlock = 1
  case responded = 2

  case nullParameter = 11
  case invalidArgument = 12
  case invalidConfig = 13

  case missingAuthHeader = 101
  case invalidAuthHeader = 102
  case missingBearerToken = 103
  case ambiguousCredentials = 104
  case invalidRequest = 105
  case hostNotAllowed = 106
  case originNotAllowed = 107
  case sessionNotFound = 108

  case tokenMalformed = 201
  case tokenEncrypted = 202
  case algorithmNotAllowed = 203
  case keyNotFound = 204
  case signatureInvalid = 205
  case tokenExpired = 206
  case tokenNotYetValid = 207
  case issuerMismatch = 208
  case audienceMismatch = 209
  case claimMissing = 210
  case claimInvalid = 211
  case tokenType = 212
  case insufficientScope = 213
  case clientNotAllowed = 214
  case tokenInactive = 215
  case proofInvalid = 216
  case bindingMismatch = 217
  case tokenRejected = 218
  case operationNotAllowed = 219

  case keysUnavailable = 301
  case metadataUnavailable = 302
  case metadataInvalid = 303
  case jwksURIMissing = 304
  case introspectionUnavailable = 305
  case callbackFailed = 306

  case noMemory = 901
  case `internal` = 902
}
