import CJansson
import Support

/// One value of a document, which it keeps alive. Safe to read on any thread.
///
/// Accessors never convert: one that asks for another kind than the value has gives nil, so that a member of the wrong
/// type is told apart from an absent one by `member` first (attacks A18 and A19).
public struct JSONValue: @unchecked Sendable {
  let node: JSONDocument.Node
  let document: JSONDocument

  public var kind: JSONKind { Self.kind(node) }

  private static func kind(_ node: JSONDocument.Node) -> JSONKind {
    switch node.pointee.type {
    case JSON_OBJECT: .object
    case JSON_ARRAY: .array
    case JSON_STRING: .string
    case JSON_INTEGER: .integer
    case JSON_REAL: .real
    case JSON_TRUE, JSON_FALSE: .bool
    default: .null
    }
  }

  /// The string, copied; nil when this is no string.
  @inline(never)
  public var string: ByteString? { text.map { ByteString($0) } }

  // The document is not asked for here: these are read a dozen times for every token.
  static func text(_ node: JSONDocument.Node) -> TextView? {
    guard let start = json_string_value(node) else { return nil }
    return TextView(UnsafeRawBufferPointer(start: start, count: json_string_length(node)))
  }

  static func number(_ node: JSONDocument.Node) -> Double? {
    switch kind(node) {
    case .integer: Double(json_integer_value(node))
    case .real: json_real_value(node)
    default: nil
    }
  }

  /// The string (valid UTF-8, followed by a NUL byte) as long as the document is there; nil when this is no string.
  public var text: TextView? { Self.text(node) }

  /// The number, when it is spelled without a fraction and an exponent.
  public var integer: Int64? { kind == .integer ? Int64(json_integer_value(node)) : nil }

  /// The number, always finite. An integer beyond 2^53 is rounded.
  public var number: Double? { Self.number(node) }

  public var bool: Bool? {
    switch node.pointee.type {
    case JSON_TRUE: true
    case JSON_FALSE: false
    default: nil
    }
  }

  public var isNull: Bool { node.pointee.type == JSON_NULL }

  /// Compact JSON text of this value, members in the order they were read. Empty, which no JSON text is, only when
  /// jansson could not get memory.
  public func serialized() -> ByteString { serialize(node) }

  @inline(__always)
  func value(_ node: JSONDocument.Node?) -> JSONValue? {
    guard let node else { return nil }
    return JSONValue(node: node, document: document)
  }
}
