import Support
import Testing
import VectorData

@testable import ResourceServer

private let table = RuleTable("origins")

/// Who is let in is asked for a token.
private func isLetIn(_ field: String, _ row: RuleTable.Row, by server: TestVerifier) -> Bool {
  let value = row.text("value").split(separator: "PORT", omittingEmptySubsequences: false).joined(separator: "8080")
  switch server.judge(TestRequest(fields: [(field, value)])) {
  case .missingAuthHeader: return true
  case .originNotAllowed: return field != "Origin"
  case .hostNotAllowed: return field != "Host"
  default: return false
  }
}

@Test func A52_anOriginIsTheServersOwnOrOnTheSameMachine() throws {
  let local = try TestVerifier(resource: "http://127.0.0.1:8080/mcp")
  let remote = try TestVerifier(resource: "https://mcp.example.com/mcp")
  for row in table.rows("origins") {
    #expect(isLetIn("Origin", row, by: local) == row.flag("loopback"), "\(row)")
    #expect(isLetIn("Origin", row, by: remote) == row.flag("public"), "\(row)")
  }
}

@Test func A52_onLoopbackTheHostIsLoopbacks() throws {
  let local = try TestVerifier(resource: "http://127.0.0.1:8080/mcp")
  let remote = try TestVerifier(resource: "https://mcp.example.com/mcp")
  for row in table.rows("hosts") {
    #expect(isLetIn("Host", row, by: local) == row.flag("loopback"), "\(row)")
    #expect(isLetIn("Host", row, by: remote), "\(row)")
  }
}

@Test func A52_aFieldThatIsSentTwiceIsRefused() throws {
  let local = try TestVerifier(resource: "http://127.0.0.1:8080/mcp")
  let twice = { (name: String) in TestRequest(fields: [(name, "http://localhost"), (name, "http://localhost")]) }
  #expect(local.judge(twice("Origin")) == .originNotAllowed)
  #expect(local.judge(twice("Host")) == .hostNotAllowed)
}
