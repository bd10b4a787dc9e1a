import Support
import Testing

@testable import KeyService

private let oauth: ByteString = "https://as.example.com/.well-known/oauth-authorization-server"
private let openID: ByteString = "https://as.example.com/.well-known/openid-configuration"

@Test func discoveryFindsTheKeys() throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, metadata())
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.urls == [oauth, jwksURL])
  #expect(fixture.fetcher.requests.first?.accept == "application/json")
}

@Test func theThreeFormsAreTriedInOrder() throws {
  let fixture = try IssuerFixture(source: .discovery, issuer: "https://as.example.com/tenant/1")
  let append: ByteString = "https://as.example.com/tenant/1/.well-known/openid-configuration"
  fixture.fetcher.set(append, metadata(issuer: "https://as.example.com/tenant/1"))
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.urls == [oauth + "/tenant/1", openID + "/tenant/1", append, jwksURL])
}

@Test(arguments: [
  ("https://as.example.com", 2), ("https://as.example.com/", 2), ("https://as.example.com/t", 3),
  ("https://as.example.com/t/", 3),
]) func aClosingSlashOfTheIssuerIsNotInItsURLs(issuer: String, urls: Int) throws {
  let fixture = try IssuerFixture(source: .discovery, issuer: ByteString(issuer))
  #expect(fixture.ask("a") == .metadataUnavailable)
  #expect(fixture.fetcher.urls.count == urls)
  #expect(fixture.fetcher.urls.allSatisfy { !$0.hasSuffix("/") })
  let path = urls == 3 ? "/t" : ""
  #expect(fixture.fetcher.urls.first == oauth + ByteString(path))
}

@Test(arguments: [
  "https://other.example.com", "https://as.example.com/", "https://AS.example.com", "http://as.example.com", "",
]) func A23_metadataOfAnotherIssuerIsRefused(named: String) throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, metadata(issuer: named))
  fixture.fetcher.set(jwksURL, jwks("a"))
  let failure = try #require(fixture.failure("a"))
  #expect(failure.result == .metadataInvalid)
  #expect(failure.message.string.contains("RFC 8414 section 3.3"))
  #expect(!fixture.fetcher.urls.contains(jwksURL))
}

@Test func A23_aMisfitDoesNotHideTheRightDocument() throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, metadata(issuer: "https://other.example.com"))
  fixture.fetcher.set(openID, metadata())
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
}

@Test func theMessageSaysWhenOnlyASlashDiffers() throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, metadata(issuer: "https://as.example.com/"))
  #expect(fixture.failure("a")?.message.string.contains("only a trailing / differs") == true)
}

@Test(arguments: [
  (#"{"jwks_uri":"https://keys.example.com/jwks"}"#, ResultCode.metadataInvalid),
  (#"{"issuer":17,"jwks_uri":"https://keys.example.com/jwks"}"#, .metadataInvalid),
  (#"{"issuer":"https://as.example.com"}"#, .jwksURIMissing),
  (#"{"issuer":"https://as.example.com","jwks_uri":null}"#, .metadataInvalid),
  (#"{"issuer":"https://as.example.com","jwks_uri":"http://keys.example.com/jwks"}"#, .metadataInvalid),
  (#"{"issuer":"https://as.example.com","jwks_uri":"http://127.0.0.1/jwks"}"#, .metadataInvalid),
  (#"{"issuer":"https://as.example.com","jwks_uri":"file:///etc/passwd"}"#, .metadataInvalid),
  (#"{"issuer":"https://as.example.com","issuer":"https://as.example.com"}"#, .metadataInvalid),
  (#"{"issuer":"https://as.example.com","#, .metadataInvalid),
  ("[]", .metadataInvalid),
  ("", .metadataUnavailable),
  ("<html>sign in</html>", .metadataUnavailable),
  ("\r\n <!doctype html>", .metadataUnavailable),
]) func unusableMetadata(body: String, result: ResultCode) throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, ByteString(body))
  #expect(fixture.ask("a") == result)
  let given = IssuerSettings(issuer: issuer, source: .metadata(ByteString(body)))
  #expect(throws: AuthError.self) { try given.check() }
}

@Test(arguments: [301, 302, 400, 404, 500, 503]) func otherAnswersThanAre200AreAnOutage(status: Int) throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, metadata(), status: status, [("location", "http://169.254.169.254/")])
  let failure = try #require(fixture.failure("a"))
  #expect(failure.result == .metadataUnavailable)
  #expect(failure.message.string.contains("HTTP status \(status)"))
  #expect(fixture.fetcher.urls == [oauth, openID])
}

@Test func aFailingServerIsNotJudgedByItsOtherDocuments() throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, metadata(issuer: "https://other.example.com"))
  fixture.fetcher.set(openID, "", status: 503)
  #expect(fixture.ask("a") == .metadataUnavailable)
}

@Test func aPlaceWithTooMuchDoesNotHideTheRightDocument() throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, ByteString([UInt8](repeating: 0x20, count: TransportSettings().maximumBytes + 1)))
  fixture.fetcher.set(openID, metadata())
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.urls == [oauth, openID, jwksURL])
}

@Test func anUnreachableServerIsAskedOnce() throws {
  let fixture = try IssuerFixture(source: .discovery)
  fixture.fetcher.set(oauth, .failure(FetchError(.timedOut, "no answer in time")))
  let failure = try #require(fixture.failure("a"))
  #expect(failure.result == .metadataUnavailable)
  #expect(failure.message.string.contains("no answer in time"))
  #expect(fixture.fetcher.count == 1)
}

@Test func givenMetadataSparesTheDiscovery() throws {
  let fixture = try IssuerFixture(source: .metadata(metadata()))
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.urls == [jwksURL])
}

@Test func aGivenMetadataURLIsTheOnlyOneTried() throws {
  let place: ByteString = "https://internal.example.com/as.json"
  let fixture = try IssuerFixture(source: .metadataURL(HTTPURL(place, what: "metadata URL")))
  fixture.fetcher.set(place, metadata())
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
  #expect(fixture.fetcher.urls == [place, jwksURL])
}

@Test func metadataMayNameAnAgreedOtherIssuer() throws {
  let fixture = try IssuerFixture(source: .discovery) { $0.metadataIssuer = "https://as.example.com/{tenantid}" }
  fixture.fetcher.set(oauth, metadata(issuer: "https://as.example.com/{tenantid}"))
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
}

@Test func aHookMayTransformTheMetadata() throws {
  final class Hook: MetadataTransform {
    func transform(_ json: ByteString) throws(AuthError) -> ByteString {
      guard json == "{}" else { throw AuthError(.metadataInvalid, "unexpected") }
      return metadata()
    }
  }
  let fixture = try IssuerFixture(source: .discovery) { $0.metadataTransform = Hook() }
  fixture.fetcher.set(oauth, "{}")
  fixture.fetcher.set(jwksURL, jwks("a"))
  #expect(fixture.ask("a") == .ok)
}

@Test func anIssuerThatIsNoURLCannotBeDiscovered() throws {
  let settings = IssuerSettings(issuer: "kubernetes/serviceaccount")
  #expect(throws: AuthError.self) { try settings.check() }
  let fixture = try IssuerFixture(source: .discovery, issuer: "https://as.example.com?x=1")
  #expect(fixture.ask("a") == .invalidConfig)
  #expect(fixture.fetcher.count == 0)
}

@Test func A22_httpIsFetchedOnlyFromAPermittedLoopbackHost() throws {
  func settings(_ url: ByteString, _ allows: Bool) throws -> IssuerSettings {
    var settings = IssuerSettings(issuer: issuer, source: .jwksURI(try HTTPURL(url, what: "jwks_uri")))
    settings.http = allows ? .onLoopback : .nowhere
    return settings
  }
  try settings("http://127.0.0.1:8080/jwks", true).check()
  try settings("http://localhost/jwks", true).check()
  try settings("https://keys.example.com/jwks", false).check()
  #expect(throws: AuthError.self) { try settings("http://127.0.0.1:8080/jwks", false).check() }
  #expect(throws: AuthError.self) { try settings("http://192.168.1.1/jwks", true).check() }
  let fixture = try IssuerFixture(source: .jwksURI(HTTPURL("http://192.168.1.1/jwks", what: "jwks_uri"))) {
    $0.http = .onLoopback
  }
  #expect(fixture.ask("a") == .keysUnavailable)
  #expect(fixture.fetcher.count == 0)
}

@Test func A22_whatCameOverHTTPSNeverLeadsToHTTP() throws {
  var settings = IssuerSettings(issuer: issuer)
  settings.http = .anywhere
  let json = metadata(jwksURI: "http://keys.internal/jwks")
  let secure = try HTTPURL("https://as.example.com/metadata", what: "metadata URL")
  let clear = try HTTPURL("http://as.internal/metadata", what: "metadata URL")
  #expect(throws: AuthError.self) { try settings.metadataRules(from: secure).read(json, from: "it") }
  #expect(try settings.metadataRules(from: clear).read(json, from: "it").jwksURI.isHTTPS == false)
  #expect(try settings.metadataRules(from: nil).read(json, from: "it").jwksURI.isHTTPS == false)
  #expect(throws: Never.self) { try settings.metadataRules(from: secure).read(metadata(), from: "it") }
}
