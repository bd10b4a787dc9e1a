import KeyService
import Support
import Testing

private let html: ByteString = "<!doctype html><title>Sign in</title>"
private let encryptionOnly: ByteString =
  #"{"keys":[{"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#

@Test(arguments: [
  html, "", "{", #"{"keys":[{"kty":"OKP""#, "[]", "{}", #"{"keys":[]}"#, #"{"keys":{}}"#, encryptionOnly,
]) func A25_anAnswerWithoutAUsableKeyIsAnOutage(body: ByteString) throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, body)
  let failure = try #require(fixture.failure("a"))
  #expect(failure.result == .keysUnavailable)
  #expect(failure.message.string.contains("https://keys.example.com/jwks"))
}

@Test func A25_oneBadKeyOfThreeIsSkipped() throws {
  let fixture = try IssuerFixture()
  let bad: ByteString = #"{"keys":[{"kty":"RSA","kid":"weak","n":"AQAB","e":"AQAB"},"#
  fixture.fetcher.set(jwksURL, bad + jwks("a", "b").dropFirst(9))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.ask("b") == .ok)
  #expect(fixture.ask("weak") == .keyNotFound)
}

@Test func A25_aFetcherThatIgnoresTheCapIsNotBelieved() throws {
  let fixture = try IssuerFixture()
  let blanks = ByteString([UInt8](repeating: 0x20, count: 1 << 20))
  fixture.fetcher.set(jwksURL, jwks("a") + blanks)
  #expect(fixture.ask("a") == .keysUnavailable)
  let discovering = try IssuerFixture(source: .discovery)
  discovering.fetcher.set("https://as.example.com/.well-known/oauth-authorization-server", metadata() + blanks)
  #expect(discovering.ask("a") == .metadataUnavailable)
}

@Test(arguments: [204, 206, 301, 302, 304, 307, 401, 404, 500, 503]) func onlyStatus200BringsKeys(status: Int) throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, jwks("a"), status: status, [("location", "file:///etc/passwd")])
  let failure = try #require(fixture.failure("a"))
  #expect(failure.result == .keysUnavailable)
  #expect(failure.message.string.contains("HTTP status \(status)"))
  #expect(fixture.fetcher.count == 1)
}

@Test func A31_foreignTextInMessagesIsQuoted() throws {
  let fixture = try IssuerFixture()
  fixture.fetcher.set(jwksURL, "", status: 302, [("location", "\u{1B}[2Jhttp://evil.test/\r\nX: y")])
  let message = try #require(fixture.failure("a")?.message)
  #expect(message.string.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  #expect(message.string.contains("\\x1b[2Jhttp://evil.test/\\x0d\\x0aX: y"))
}
