import Support

@testable import ResourceServer

/// A whole request, for tests. Its texts live as long as `use` runs.
struct TestRequest {
  var method = "POST"
  var path = "/mcp"
  var body = ""
  var fields: [(name: String, value: String)] = []

  func read<Result>(_ use: (borrowing MCPRequest) throws -> Result) rethrows -> Result {
    var buffers: [UnsafeMutableRawBufferPointer] = []
    defer { for buffer in buffers { buffer.deallocate() } }
    func kept(_ text: String) -> UnsafeRawBufferPointer {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count + 1, alignment: 1)
      buffer.copyBytes(from: text.utf8)
      buffers.append(buffer)
      return UnsafeRawBufferPointer(rebasing: buffer.prefix(text.utf8.count))
    }
    var request = MCPRequest()
    request.method = kept(method)
    request.path = kept(path)
    request.body = kept(body)
    request.hasAllFields = true
    for field in fields { request.add(kept(field.name), kept(field.value)) }
    return try use(request)
  }

  /// tools/call of this tool, with a token where one is given.
  static func call(_ tool: String, token: ByteString? = nil) -> TestRequest {
    let body = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(tool)"}}"#
    let fields = token.map { [("Authorization", "Bearer " + String(decoding: $0.bytes, as: UTF8.self))] } ?? []
    return TestRequest(body: body, fields: fields)
  }
}

extension TestVerifier {
  /// OK for a caller who is let in, and RESPONDED for an answer without one.
  func judge(_ request: TestRequest) -> ResultCode {
    request.answer(by: verifier).result
  }

  /// The scopes that the denial of this request asks for.
  func challengedScopes(_ request: TestRequest) -> String? {
    guard case .denied(_, let response) = request.answer(by: verifier) else { return nil }
    let head = String(decoding: response.head, as: UTF8.self)
    return head.split(separator: " scope=\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
  }
}

extension TestRequest {
  func answer(by verifier: Verifier) -> Answer { read { verifier.judge($0, isWhole: true, waits: true) } }
}

extension Answer {
  var result: ResultCode {
    switch self {
    case .caller: .ok
    case .response: .responded
    case .denied(let failure, _): failure.result
    case .wouldBlock: .wouldBlock
    }
  }
}
