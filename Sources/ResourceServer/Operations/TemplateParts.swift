import Support

/// The literals and expressions of a URI template, up to its query.
struct TemplateParts {
  private enum Part {
    case literal(ByteString)
    /// Text without a slash.
    case segment
    /// Any text, which begins with this byte where it is not empty.
    case anything(lead: UInt8?)
  }

  private let template: ByteString
  private var parts: [Part] = []
  /// What follows is query.
  private var pathIsOver = false
  private var hasQueryExpression = false

  init(_ template: ByteString) throws(AuthError) {
    self.template = template
    var rest = template.bytes[...]
    var hasExpression = false
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "{"):
        let body = rest.prefix { $0 != UInt8(ascii: "}") }
        rest = rest.dropFirst(body.count)
        guard rest.popFirst() != nil else { throw refused("has a { without its }") }
        try add(expression: ByteString(body))
        hasExpression = true
      case UInt8(ascii: "}"): throw refused("has a } without its {")
      default:
        guard !hasQueryExpression else { throw refused("goes on behind {?...} or {&...}, which have to be last") }
        add(literal: byte)
      }
    }
    guard hasExpression else {
      throw refused("has no expression such as {id} in it; add it with mcpauth_config_add_resource_scope")
    }
  }

  /// A URI of the template.
  var example: ByteString {
    var text = ByteString()
    for part in parts {
      switch part {
      case .literal(let literal): text.append(literal)
      case .segment: text.append("x")
      case .anything(let lead):
        if let lead { text.append(lead) }
        text.append("x")
      }
    }
    return text
  }

  func pattern(in reading: ResourceReading) -> URIPattern {
    // Those before and behind what any text may stand for.
    var sides: [[ByteString]] = [[""]]
    var lead: UInt8?
    for part in parts {
      let side = sides.count - 1
      switch part {
      case .literal(let text): sides[side][sides[side].count - 1].append(reading.text(of: text))
      case .segment: sides[side].append("")
      case .anything(let byte):
        lead = side == 0 ? byte : nil
        sides = [sides[0], [""]]
      }
    }
    return URIPattern(head: sides[0], tail: sides.count > 1 ? sides[1] : nil, lead: lead)
  }

  private mutating func add(literal byte: UInt8) {
    if byte == UInt8(ascii: "?") { pathIsOver = true }
    guard !pathIsOver else { return }
    if case .literal(let text) = parts.last {
      parts.removeLast()
      parts.append(.literal(text + ByteString([byte])))
    } else {
      parts.append(.literal(ByteString([byte])))
    }
  }

  private mutating func add(expression body: ByteString) throws(AuthError) {
    let operators: ByteString = "+#./;?&"
    let sign = body.bytes.first.flatMap { operators.bytes.contains($0) ? $0 : nil }
    let names = sign == nil ? body : body.dropFirst(1)
    guard names.split(separator: UInt8(ascii: ","), keepsEmpty: true).allSatisfy(Self.isVariable) else {
      throw refused("has {\(quoted(body))} in it, which is no expression of RFC 6570")
    }
    let isQuery = sign == UInt8(ascii: "?") || sign == UInt8(ascii: "&")
    guard isQuery || !hasQueryExpression else {
      throw refused("goes on behind {?...} or {&...}, which have to be last")
    }
    if isQuery { (pathIsOver, hasQueryExpression) = (true, true) }
    guard !pathIsOver else { return }
    let isLong = names.bytes.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: ":") }
    switch sign {
    case UInt8(ascii: "+"), UInt8(ascii: "#"): parts.append(.anything(lead: nil))
    case UInt8(ascii: "/"), UInt8(ascii: "."):
      if isLong || names.bytes.contains(UInt8(ascii: ",")) {
        parts.append(.anything(lead: sign))
      } else {
        if let sign { add(literal: sign) }
        parts.append(.segment)
      }
    default: parts.append(isLong ? .anything(lead: nil) : .segment)
    }
  }

  private static func isVariable(_ name: ByteString) -> Bool {
    let others: ByteString = "_.-%:*"
    return !name.isEmpty
      && name.bytes.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: others.bytes.contains(byte)
        }
      }
  }

  private func refused(_ why: Diagnostic) -> AuthError { Self.refused(template, why) }

  static func refused(_ template: ByteString, _ why: Diagnostic) -> AuthError {
    AuthError(.invalidArgument, "resource template \(quoted(template)) \(why)")
  }
}
