import Support
import Testing

@testable import ResourceServer

@Test func aChallengeWithoutErrorNamesTheMetadataOnly() {
  let challenge = Challenge(resourceMetadata: "https://h/.well-known/oauth-protected-resource")
  #expect(challenge.headerValue == #"Bearer resource_metadata="https://h/.well-known/oauth-protected-resource""#)
}

@Test func A37_nothingLeavesItsQuotes() {
  let challenge = Challenge(
    error: "invalid_token", description: "say \"x\"", scopes: ["a\"\r\nX: y", "b\\"], resourceMetadata: "m\u{7f}\u{0}")
  #expect(
    challenge.headerValue
      == #"Bearer error="invalid_token", error_description="say 'x'", scope="a\"X: y b\\", resource_metadata="m""#)
}

@Test func everyDescriptionFitsAHeader() {
  for result in ResultCode.allCases {
    let outcome = Outcome.of(result)
    let value = Challenge(error: outcome.challengeError, description: outcome.description, resourceMetadata: "m")
      .headerValue
    #expect(value.bytes.allSatisfy { (0x20...0x7E).contains($0) })
  }
}

@Test func theThreeOutcomesAreNeverMixed() {
  for result in ResultCode.allCases {
    let status = Outcome.of(result).status
    switch result.rawValue {
    case 101...105: #expect([400, 401].contains(status))
    case 106, 107, 213, 219: #expect(status == 403)
    case 108: #expect(status == 404)
    case 201...299: #expect(status == 401)
    case 301, 302, 305, 306: #expect(status == 503)
    default: #expect(status == 500)
    }
  }
}
