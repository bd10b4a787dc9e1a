import Support
import Testing

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

@Test func aToolCallIsItsMethodAndItsTool() throws {
  let found = try operations(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wipe","arguments":{}}}"#)
  #expect(found.operations == [Operation(kind: .method, name: "tools/call"), Operation(kind: .tool, name: "wipe")])
}

@Test func everyMessageOfABatchCounts() throws {
  let found = try operations(
    #"""
    [{"method":"ping"},{"result":{},"id":1},{"method":"prompts/get","params":{"name":"p"}},
     {"method":"resources/subscribe","params":{"uri":"file:///x"}}]
    """#)
  #expect(
    found.operations.filter { $0.kind != .method } == [
      Operation(kind: .prompt, name: "p"), Operation(kind: .resource, name: "file:///x"),
    ])
}

@Test(arguments: [
  "", " ", "x", "1", "\"tools/call\"", "[]", "[1]", "{}", #"{"id":1}"#, #"{"method":1}"#, #"{"method":"ping"}{}"#,
  #"{"method":"ping","method":"tools/call"}"#, #"{"method":"ping","\u006dethod":"tools/call"}"#,
  #"{"method":"tools/call"}"#, #"{"method":"tools/call","params":[]}"#, #"{"method":"tools/call","params":{"name":7}}"#,
  #"{"method":"tools/call","params":{"name":"a","name":"b"}}"#, "{\"method\":\"ping\"\u{0}}",
  "[" + String(repeating: "{\"method\":\"ping\"},", count: 1000) + "{\"method\":\"ping\"}]",
])
func whatCannotBeReadIsRefused(body: String) {
  #expect(refusal(body) == .invalidRequest)
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

@Test func argumentsAreTheToolsBusiness() throws {
  let body = #"{"id":98765432109876543210,"method":"tools/call","params":{"name":"t","arguments":{"s":"a\u0000b"}}}"#
  #expect(try operations(body).operations.count == 2)
}

/// What stands behind a NUL is lost to a host that reads C strings, and with it the difference from a name with a rule.
@Test(arguments: [
  #"{"method":"tools/call\u0000","params":{"name":"wipe"}}"#,
  #"{"method":"tools/call","params":{"name":"wipe\u0000"}}"#,
  #"{"method":"\u0000","params":{}}"#, #"{"method":"resources/read","params":{"uri":"file:///x\u0000y"}}"#,
])
func namesThatEndEarlyInCAreRefused(body: String) {
  #expect(refusal(body) == .invalidRequest)
}

/// cJSON finds members without regard to case, and takes the first.
@Test(arguments: [
  #"{"Method":"tools/call","method":"ping","params":{"name":"wipe"}}"#, #"{"id":1,"result":{},"METHOD":"tools/call"}"#,
  #"{"method":"tools/call","Params":{"name":"wipe"},"params":{"name":"x"}}"#,
  #"{"method":"tools/call","params":{"Name":"wipe","name":"x"}}"#,
  #"{"method":"resources/read","params":{"uri":"a","URI":"b"}}"#,
])
func membersThatAParserMayTakeForAnotherAreRefused(body: String) {
  #expect(refusal(body) == .invalidRequest)
}

@Test func otherMembersMayHaveAnyCase() throws {
  #expect(
    refusal(#"{"method":"tools/call","Trace":1,"params":{"name":"t","Meta":1,"arguments":{"Name":"x"}}}"#) == nil)
}

private func agrees(_ body: String, method: String, name: String) -> Bool {
  do throws(AuthError) {
    let found = try operations(body)
    let method = ByteString(method)
    let name = ByteString(name)
    try method.withUnsafeBytes { (method) throws(AuthError) in
      try name.withUnsafeBytes { (name) throws(AuthError) in
        var request = MCPRequest()
        if !method.isEmpty { request.mcpMethod.add(method) }
        if !name.isEmpty { request.mcpName.add(name) }
        try found.check(request)
      }
    }
    return true
  } catch {
    return false
  }
}

@Test func mcpHeadersHaveToAgreeWithTheBody() {
  let call = #"{"method":"tools/call","params":{"name":"gr\u00fc\u00dfen"}}"#
  #expect(agrees(call, method: "", name: ""))
  #expect(agrees(call, method: "tools/call", name: "=?base64?Z3LDvMOfZW4=?="))
  #expect(agrees(call, method: "tools/call", name: "gr\u{fc}\u{df}en"))
  #expect(!agrees(call, method: "tools/list", name: ""))
  #expect(!agrees(call, method: "Tools/Call", name: ""))
  #expect(!agrees(call, method: "tools/call", name: "other"))
  #expect(!agrees(call, method: "tools/call", name: "=?base64?Z3LDvMOfZW4?="))
  #expect(!agrees(call, method: "tools/call", name: "=?base64?Z3LDvMOfZW4-?="))
  #expect(!agrees(#"{"method":"ping"}"#, method: "ping", name: "x"))
  #expect(agrees(#"{"method":"vendor/x"}"#, method: "vendor/x", name: "x"))
  #expect(!agrees(#"{"method":"vendor/x"}"#, method: "vendor/x", name: "=?base64?!?="))
  #expect(!agrees(#"{"result":{},"id":1}"#, method: "", name: "x"))
  #expect(!agrees("[" + call + "," + call + "]", method: "tools/call", name: ""))
}
