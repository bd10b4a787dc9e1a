import Support
import Testing
import VectorData

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

private let table = RuleTable("urls")

@Test func aBadURLIsRefused() {
  for text in table.texts("bad_urls") { #expect(parsed(text) == nil, "\(text)") }
  #expect(parsed("https://" + String(repeating: "a", count: 2048)) == nil)
}

@Test func aNormalFormIsFound() {
  for text in table.texts("resources") { #expect(parsed(text)?.normalForm == ByteString(text)) }
  for row in table.rows("spelled") { #expect(parsed(row.text("url"))?.normalForm == ByteString(row.text("normal"))) }
}

@Test func A22_hostsThatOnlyLookLikeLoopback() {
  for text in table.texts("loopback") { #expect(parsed(text)?.isLoopback == true, "\(text)") }
  for text in table.texts("not_loopback") { #expect(parsed(text)?.isLoopback == false, "\(text)") }
}
