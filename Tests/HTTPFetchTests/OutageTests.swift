import JOSE
import KeyService
import Support
import Testing

/// What a key server does wrong; the outcome of each is KEYS_UNAVAILABLE and never a verdict.
private let faults = [
  "/status/500", "/status/404", "/slow", "/drip", "/endless", "/large/2000000", "/html", "/truncated", "/close",
  "/garbage", "/jwks?", "/ok", "/redirect?file:///etc/passwd", "/redirect?http://169.254.169.254/", "/redirect?/jwks?a",
]

/// An answer gets far more time than it takes; what has no end is given up soon.
private func timeout(for fault: String, soon: Int64) -> Int64 { ["/slow", "/drip"].contains(fault) ? soon : 60_000 }

private func keys(_ url: String, _ adjust: (inout IssuerSettings) -> Void = { _ in }) throws -> IssuerKeys {
  var settings = IssuerSettings(
    issuer: "https://as.example.com", source: .jwksURI(try HTTPURL(ByteString(url), what: "jwks_uri")))
  settings.http = .onLoopback
  settings.transport.proxy = .none
  settings.transport.totalTimeout = 60_000
  settings.transport.connectTimeout = 60_000
  adjust(&settings)
  settings.refresh.fetchBudget = settings.transport.totalTimeout * 2
  return IssuerKeys(settings: settings, fetcher: fetcher)
}

private func ask(_ keys: IssuerKeys, _ kid: ByteString) -> ResultCode {
  do throws(AuthError) {
    _ = try keys.key(kid: kid, algorithm: .eddsa)
    return .ok
  } catch {
    return error.result
  }
}

@Test func keysComeOverHTTP() throws {
  let good = try keys(try local("/jwks?a,b"))
  #expect(ask(good, "a") == .ok)
  #expect(ask(good, "b") == .ok)
  #expect(ask(good, "c") == .keyNotFound)
}

@Test(arguments: faults) func A25_aFaultAtTheStartIsAnOutage(fault: String) throws {
  let none = try keys(try local(fault)) { $0.transport.totalTimeout = timeout(for: fault, soon: 500) }
  #expect(ask(none, "a") == .keysUnavailable)
}

@Test(arguments: Array(faults.enumerated()))
func A25_aFaultLaterLeavesGoodKeysInUse(number: Int, fault: String) throws {
  let alias = "later-\(number)"
  _ = try fetch(try local("/point/\(alias)?/jwks?a"))
  let good = try keys(try local("/alias/\(alias)")) { $0.transport.totalTimeout = timeout(for: fault, soon: 5_000) }
  #expect(ask(good, "a") == .ok)
  _ = try fetch(try local("/point/\(alias)?\(fault)"))
  #expect(ask(good, "b") == .keysUnavailable)
  #expect(ask(good, "a") == .ok)
}

@Test func A25_oneBadKeyOfThreeIsSkipped() throws {
  let good = try keys(try local("/bad-key"))
  #expect(ask(good, "A") == .ok)
  #expect(ask(good, "B") == .ok)
  #expect(ask(good, "weak") == .keyNotFound)
}

@Test(arguments: ["selfsigned", "othername", "expired", "trusted"]) func A24_noKeysOverBadTLS(name: String) throws {
  let port = try FaultServer.shared.get().port(name)
  #expect(ask(try keys("https://localhost:\(port)/jwks?a"), "a") == .keysUnavailable)
}

@Test func keysComeOverTLSOfAPrivateAuthority() throws {
  let server = try FaultServer.shared.get()
  let good = try keys("https://localhost:\(try server.port("trusted"))/jwks?a") {
    $0.transport.caFile = ByteString(server.directory.path + "/ca.crt")
  }
  #expect(ask(good, "a") == .ok)
}

@Test func noServerAndNoName() throws {
  #expect(ask(try keys("http://127.0.0.1:1/jwks"), "a") == .keysUnavailable)
  #expect(ask(try keys("https://does-not-exist.invalid/jwks"), "a") == .keysUnavailable)
}

@Test func A23_metadataDecidesOnlyForItsOwnIssuer() throws {
  func retained(_ path: String) throws -> IssuerKeys {
    let url = try HTTPURL(ByteString(try local(path)), what: "metadata URL")
    return try keys(try local("/unused")) { $0.source = .metadataURL(url) }
  }
  #expect(ask(try retained("/metadata?https://as.example.com,/jwks?a"), "a") == .ok)
  #expect(ask(try retained("/metadata?https://as.example.com/,/jwks?a"), "a") == .metadataInvalid)
  #expect(ask(try retained("/metadata?https://evil.example.com,/jwks?a"), "a") == .metadataInvalid)
  #expect(ask(try retained("/html"), "a") == .metadataUnavailable)
  #expect(ask(try retained("/status/503"), "a") == .metadataUnavailable)
}
