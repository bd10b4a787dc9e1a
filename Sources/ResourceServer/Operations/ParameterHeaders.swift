import JSON
import Support

/// Which parameters of a tool clients mirror into Mcp-Param-* (x-mcp-header of the tool's inputSchema; MCP 2026-07-28,
/// Streamable HTTP, custom headers from tool parameters).
struct ParameterHeaders: Sendable {
  fileprivate struct Rule: Sendable {
    let tool, header: ByteString
    let parameter: ClaimPath
  }

  fileprivate var rules: [Rule] = []

  /// What the header fields of a call of `tool` have to say.
  func mirrored(by tool: ByteString, _ arguments: JSONValue?) -> [MirroredParameter] {
    var mirrored: [MirroredParameter] = []
    for rule in rules where rule.tool == tool {
      let value = arguments.flatMap { rule.parameter.value(in: $0, clientID: nil) }
      mirrored.append(MirroredParameter(header: rule.header, value: MirroredParameter.Value(value)))
    }
    return mirrored
  }
}

/// A parameter of the body that a header field repeats.
struct MirroredParameter: Sendable {
  /// In lower case, what stands behind "Mcp-Param-".
  let header: ByteString
  let value: Value

  enum Value: Sendable {
    /// null, or not there: no header field either.
    case absent
    case text(ByteString)
    case integer(Int64)
    /// No primitive: no header field could say it.
    case other

    init(_ value: JSONValue?) {
      switch value?.kind {
      case nil, .null: self = .absent
      case .string: self = value?.string.map { .text($0) } ?? .other
      case .bool: self = .text(value?.bool == true ? "true" : "false")
      case .integer: self = value?.integer.map { .integer($0) } ?? .other
      case .real, .array, .object: self = .other
      }
    }

    /// Integers are compared as numbers: 42.0 is 42.
    func isSaid(by field: ByteString?) -> Bool {
      switch self {
      case .absent: field == nil
      case .text(let text): field == text
      case .integer(let number): field.flatMap(wholeNumber) == number
      case .other: false
      }
    }
  }
}

/// A decimal integer, maybe with a fraction of zeros.
private func wholeNumber(_ text: ByteString) -> Int64? {
  let dot = text.bytes.firstIndex(of: UInt8(ascii: ".")) ?? text.count
  let fraction = text.dropFirst(dot + 1)
  let isWhole = dot == text.count || !fraction.isEmpty && fraction.bytes.allSatisfy { $0 == UInt8(ascii: "0") }
  let isNegative = text.hasPrefix("-")
  guard isWhole, let magnitude = text.prefix(dot).dropFirst(isNegative ? 1 : 0).decimal else { return nil }
  return isNegative ? -magnitude : magnitude
}

extension Configuration {
  /// `header` is what stands behind "Mcp-Param-".
  public func addParameterHeader(tool: ByteString, parameter: ByteString, header: ByteString) throws(AuthError) {
    try ConfigurationLimits.check(text: tool, "tool")
    try ConfigurationLimits.check(text: header, "header name", limit: ConfigurationLimits.keyIDBytes)
    guard header.bytes.allSatisfy(isTokenCharacter) else {
      throw AuthError(
        .invalidArgument,
        "header name \(quoted(header)) is no name of a header field (RFC 9110 section 5.1): give what stands behind "
          + "Mcp-Param-, as x-mcp-header of the tool's inputSchema does")
    }
    try ConfigurationLimits.check(parameterHeaders.rules.count, ConfigurationLimits.scopes, "parameter headers")
    parameterHeaders.rules.append(
      ParameterHeaders.Rule(tool: tool, header: header.lowercased, parameter: try ClaimPath(parameter)))
  }
}
