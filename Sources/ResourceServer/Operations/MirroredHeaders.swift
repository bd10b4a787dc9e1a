import Support

/// MCP 2026-07-28, Streamable HTTP: header fields that mirror the body, so that proxies need not read it. They have to say
/// what the body says, as a proxy may have decided by them (attack A53).
extension RequestOperations {
  func check(_ request: borrowing MCPRequest) throws(AuthError) {
    let version = try text(of: request.protocolVersion, "Mcp-Protocol-Version")
    let method = try text(of: request.mcpMethod, "Mcp-Method")
    let name = try text(of: request.mcpName, "Mcp-Name")
    if let stated = protocolVersion, request.hasAllFields, stated != version {
      throw mismatch(
        "Mcp-Protocol-Version is \(quoted(version ?? "absent")), and the body's _meta says \(quoted(stated))")
    }
    if request.isMirrored {
      try checkPresence(method, name)
      try checkParameters(request)
    }
    guard method != nil || name != nil else { return }
    guard messageCount == 1 else { throw mismatch("they are sent with a batch") }
    try compare(method, name)
  }

  /// Mcp-Method is required of every message, Mcp-Name where the method is about one thing.
  private func checkPresence(_ methodField: ByteString?, _ nameField: ByteString?) throws(AuthError) {
    guard let method else { return }  // a response, which the transport has none of
    guard methodField != nil else { throw mismatch("Mcp-Method is missing; the body's method is \(quoted(method))") }
    guard nameField == nil, case .equal(let name?) = name, method.needsName else { return }
    throw mismatch("Mcp-Name is missing; the body names \(quoted(name))")
  }

  private func compare(_ methodField: ByteString?, _ nameField: ByteString?) throws(AuthError) {
    guard let method else { throw mismatch("the body is a response, which has no method") }
    if let methodField, methodField != method {
      throw mismatch("Mcp-Method is \(quoted(methodField)), the body's method \(quoted(method))")
    }
    guard let nameField, case .equal(let name) = name else { return }
    guard let name else {
      throw mismatch("Mcp-Name is \(quoted(nameField)), and the body of this method names nothing")
    }
    guard nameField == name else {
      throw mismatch("Mcp-Name is \(quoted(nameField)), and the body names \(quoted(name))")
    }
  }

  /// Of a tool whose mirrored parameters the configuration names; others are left to whoever knows the tool.
  private func checkParameters(_ request: borrowing MCPRequest) throws(AuthError) {
    guard mirroredParameters.isEmpty || !request.hasMoreParameters else {
      throw mismatch("there are more than \(request.parameters.count) Mcp-Param- fields; send those of the tool alone")
    }
    for parameter in mirroredParameters {
      var field = HeaderField()
      for sent in request.parameters where ByteString(sent.name).lowercased == parameter.header {
        field.add(sent.value)
      }
      // Unlike an absent one, an empty field says something: that the argument is empty.
      let said = field.count == 0 ? nil : try text(of: field, "an Mcp-Param- field") ?? ""
      guard parameter.value.isSaid(by: said) else {
        throw mismatch("Mcp-Param-\(quoted(parameter.header)) does not say what the tool's argument says")
      }
    }
  }

  /// nil where the field was not sent; an empty one is as good as that.
  private func text(of field: HeaderField, _ name: StaticString) throws(AuthError) -> ByteString? {
    guard field.count <= 1 else { throw mismatch("\(name) is sent \(field.count) times") }
    guard !field.first.isEmpty else { return nil }
    guard let text = headerText(field.first) else { throw mismatch("\(name) has base64 that cannot be decoded") }
    return text
  }

  private func mismatch(_ why: Diagnostic) -> AuthError {
    AuthError(
      .invalidRequest, "the request's MCP headers do not agree with its body: \(why)",
      cause: .jsonRPC(.headerMismatch, id))
  }
}

extension MCPRequest {
  /// What handling a request as a whole looks for in its body, whatever the rules are.
  var isBatchOrNamesRevision: Bool { isBatch || namesRevision }

  /// Behind blanks and a byte order mark, which some parsers skip.
  private var isBatch: Bool {
    body.first { !isJSONBlank($0) && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF } == UInt8(ascii: "[")
  }

  /// A batch where the revision has none any more (2025-06-18 and later). Seen without reading the body.
  func checkBatch() throws(AuthError) {
    guard isBatch, isRevision(atLeast: "2025-06-18") else { return }
    throw AuthError(
      .invalidRequest,
      "the request's body is a batch, and the MCP revision it names has none; send one message in each request",
      cause: .jsonRPC(.invalidRequest, .unknown))
  }

  /// A body of MCP 2026-07-28 says so. Looked for by its slash, of which messages have few; one that has many is read. (One
  /// that spells it otherwise escapes a comparison that it is the only one to gain from.)
  var namesRevision: Bool {
    guard !isKnownToNameRevision else { return true }
    var slashes = 0
    var place = offset(of: UInt8(ascii: "/"), in: body)
    while let slash = place, slashes < Self.mostSlashes {
      let start = slash - revisionMemberSlash
      if start >= 0,
        bytesEqual(
          UnsafeRawBufferPointer(rebasing: body[start...].prefix(revisionMember.count)),
          UnsafeRawBufferPointer(revisionMember.bytes))
      {
        return true
      }
      slashes += 1
      place = offset(of: UInt8(ascii: "/"), in: body, from: slash + 1)
    }
    return place != nil
  }

  private static let mostSlashes = 100
}

extension MCPRequest {
  /// Whether a field is there that is compared with the body.
  var mirrorBody: Bool { mcpMethod.count > 0 || mcpName.count > 0 || isMirrored }

  /// Whether the fields have to be there.
  fileprivate var isMirrored: Bool { isRevision(atLeast: "2026-07-28") }

  /// Revisions are dates, YYYY-MM-DD, whose order is that of their bytes. What is no date, or more than one, counts as later
  /// than all, as a host may take it for that.
  fileprivate func isRevision(atLeast revision: StaticString) -> Bool {
    guard protocolVersion.count > 0 else { return false }
    let stated = withoutBlanks(protocolVersion.first)
    guard protocolVersion.count == 1, stated.count == revision.count else {
      return protocolVersion.count > 1 || !stated.isEmpty
    }
    let wanted = revision.bytes
    for index in 0..<stated.count where stated[index] != wanted[index] {
      return stated[index] > wanted[index]
    }
    return true
  }
}

let revisionMember: StaticString = "io.modelcontextprotocol/protocolVersion"
private let revisionMemberSlash = 23

private func isJSONBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

extension ByteString {
  fileprivate var needsName: Bool { self == "tools/call" || self == "prompts/get" || self == "resources/read" }
}
