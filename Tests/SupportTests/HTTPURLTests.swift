import Support
import Testing

private func parsed(_ text: String) -> HTTPURL? { try? HTTPURL(ByteString(text), what: "url") }

@Test func aURLIsTakenApart() throws {
  let url = try HTTPURL("https://api.example.com:8443/mcp/v1?x=1", what: "url")
  #expect(url.isHTTPS)
  #expect(url.host == "api.example.com")
  #expect(url.port == ":8443")
  #expect(url.path == "/mcp/v1")
  #expect(url.query == "?x=1")
  #expect(url.origin == "https://api.example.com:8443")
}

@Test(arguments: [
  "", "example.com", "HTTPS://example.com", "ftp://example.com", "https://", "https:///path",
  "https://user@example.com",
  "https://user:secret@example.com/", "https://example.com/#part", "https://example.com:0", "https://example.com:65536",
  "https://example.com:", "https://example.com:8x", "https://[::1", "https://[::1]x", "https://exa mple.com",
  "https://example.com/\"\r\nX:", "https://example.com/\u{e9}", "https://example.com\\@evil.test/", "https://a:1:2/",
  "https://" + String(repeating: "a", count: 2048),
])
func aBadURLIsRefused(text: String) {
  #expect(parsed(text) == nil)
}

@Test(arguments: ["http://127.0.0.1", "http://127.255.0.9:80/x", "http://[::1]:8080/", "http://localhost/"])
func loopbackHosts(text: String) { #expect(parsed(text)?.isLoopback == true) }

@Test(arguments: [
  "http://127.0.0.1.example.com", "http://localhost.example.com", "http://127.0.0", "http://127.0.0.256",
  "http://0.0.0.0", "http://169.254.169.254", "http://[::]", "http://127.1", "http://2130706433",
])
func A22_hostsThatOnlyLookLikeLoopback(text: String) { #expect(parsed(text)?.isLoopback == false) }
