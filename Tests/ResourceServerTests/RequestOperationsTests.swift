import Support
import Testing
import VectorData

@testable import ResourceServer

private func operations(_ body: String) throws(AuthError) -> RequestOperations {
  try ByteString(body).withUnsafeBytes { (bytes) throws(AuthError) -> RequestOperations in
    try RequestOperations.read(bytes)
  }
}

private func refusal(_ body: String) -> ResultCode? {
  do throws(AuthError) {
    _ = try operations(body)
    return nil
  } catch {
    return error.result
  }
}

private let kinds: [String: OperationKind] = [
  "method": .method, "tool": .tool, "prompt": .prompt, "resource": .resource,
]

@Test func A51_everyOperationOfABodyCounts() throws {
  for row in RuleTable("operations").rows() {
    guard row.has("operations") else {
      #expect(refusal(row.text("body")) == .invalidRequest, "\(row)")
      continue
    }
    let expected = try row.pairs("operations").map {
      Operation(kind: try #require(kinds[$0[0]]), name: ByteString($0[1]))
    }
    #expect(try operations(row.text("body")).operations == expected, "\(row)")
  }
}

@Test func aBatchIsBounded() {
  let ping = "{\"method\":\"ping\"}"
  #expect(refusal("[" + String(repeating: ping + ",", count: 1000) + ping + "]") == .invalidRequest)
}

@Test func deepArgumentsNeverSkipTheCheck() throws {
  let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
  let call = { (depth: Int) in
    #"{"method":"tools/call","params":{"arguments":{"x":"# + nested(depth) + #"},"name":"wipe"}}"#
  }
  #expect(try operations(call(400)).operations.contains(Operation(kind: .tool, name: "wipe")))
  #expect(refusal(call(600)) == .invalidRequest)
  #expect(refusal(call(100_000)) == .invalidRequest)
}

/// A name or value takes 16 bytes, so 4 MiB of "1," would take 32 MB.
@Test func theMemoryForABodyIsBounded() {
  let call = { (unit: String, count: Int) in
    #"{"method":"ping","params":{"a":["# + String(repeating: unit + ",", count: count) + "0]}}"
  }
  for unit in ["{}", "[]", "1", #""""#, #"{"a":[1,2]}"#] {
    #expect(refusal(call(unit, 20_000)) == nil)
    #expect(refusal(call(unit, 210_000)) == .invalidRequest)
  }
  #expect(refusal(call("\"" + String(repeating: ",[{", count: 500_000) + "\"", 1)) == nil)
}

private func agrees(_ body: String, _ fields: [[String]]) -> Bool {
  TestRequest(body: body, fields: fields.map { ($0[0], $0[1]) }).read { request in
    result { () throws(AuthError) in try operations(body).check(request) } == .ok
  }
}

@Test func A53_mcpHeadersHaveToAgreeWithTheBody() throws {
  let table = RuleTable("mcp-headers")
  for row in table.rows() {
    let body = try #require(table.all.row("bodies").json(row.text("body")))
    #expect(agrees(body, row.pairs("fields")) == row.flag("agrees"), "\(row)")
  }
  #expect(!agrees(#"{"result":{},"id":1}"#, [["Mcp-Name", "x"]]))
  let call = #"{"method":"tools/call","params":{"name":"x"}}"#
  #expect(!agrees("[\(call),\(call)]", [["Mcp-Method", "tools/call"]]))
}
