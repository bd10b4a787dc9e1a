import Foundation
import KeyService
import Support
import Testing

@Test(arguments: [
  "file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:1/", "//example.com",
])
func A22_redirectsAreNeverFollowed(target: String) throws {
  let response = try #require(try fetch(try local("/redirect?\(target)")).response)
  #expect(response.status == 302)
  #expect(response.body.isEmpty)
  #expect(response.field("location") == ByteString(target))
}

@Test func A22_aRedirectWithinTheServerIsNotFollowedEither() throws {
  let response = try #require(try fetch(try local("/redirect?/redirect-target")).response)
  #expect(response.status == 302)
  #expect(try requests(for: "/redirect-target") == 0)
}

@Test func A22_httpNeedsPermission() throws {
  let error = try #require(try fetch(try local("/not-permitted"), loopback: false).error)
  #expect(error.kind == .refused)
  #expect(error.message.string.contains("mcpauth_issuer_allow_http_on_loopback"))
  #expect(try requests(for: "/not-permitted") == 0)
}

@Test(arguments: [
  "http://192.0.2.1/", "http://169.254.169.254/", "http://example.com/", "http://127.0.0.1.example.com/",
])
func A22_httpStaysOnTheMachine(url: String) throws {
  #expect(try fetch(url).error?.kind == .refused)
}

@Test func A22_httpIgnoresProxies() throws {
  let outcome = try fetch(try local("/ok")) { $0.proxy = .url("http://127.0.0.1:1") }
  #expect(outcome.response?.status == 200)
}

@Test func httpsGoesThroughTheConfiguredProxy() throws {
  let port = try FaultServer.shared.get().port("http")
  let outcome = try fetch("https://example.test/jwks") { $0.proxy = .url(ByteString("http://127.0.0.1:\(port)")) }
  // The fault server is no proxy: what matters is that it, and no name server, was asked for the tunnel.
  #expect(outcome.error?.kind == .unreachable)
  #expect(try requests(for: "example.test:443") == 1)
}

@Test func localhostByName() throws {
  let port = try FaultServer.shared.get().port("http")
  #expect(try fetch("http://localhost:\(port)/ok").response?.status == 200)
}

/// Any address of this machine, which is not loopback by its spelling.
@Test func A22_httpLeavesTheMachineWhereThatIsAskedFor() throws {
  let url = "http://0.0.0.0:\(try FaultServer.shared.get().port("http"))"
  #expect(try fetch(url + "/ok").error?.kind == .refused)
  #expect(try fetch(url + "/ok", http: .anywhere).response?.status == 200)
  #expect(try fetch(url + "/redirect?/redirect-target", http: .anywhere).response?.status == 302)
}
