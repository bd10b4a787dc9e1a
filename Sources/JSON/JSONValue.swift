import Support

/// One value of a document, which it keeps alive. Safe to read on any thread.
///
/// Accessors never convert: one that asks for another kind than the value has gives nil, so that a member of the wrong
/// type is told apart from an absent one by `member` first (attacks A18 and A19).
public struct JSONValue: @unchecked Sendable {
  /// Of its entry.
  let index: Int
  let document: JSONDocument

  public var kind: JSONKind { document.entries[index].kind }

  /// The string, copied; nil when this is no string.
  public var string: ByteString? { text.map { ByteString($0) } }

  /// The string (valid UTF-8, and followed by a NUL byte where the document has a copy of its text) as long as the document
  /// is there; nil when this is no string.
  public var text: TextView? { document.text(index) }

  /// The number, when it is spelled without a fraction and an exponent and is within 64 bits.
  public var integer: Int64? { kind == .integer ? exactInteger(document.spelling(index)) : nil }

  /// The nearest double to the number; nil when that is infinite, or when this is no number.
  public var number: Double? { document.number(index) }

  public var bool: Bool? {
    kind == .bool ? document.spelling(index).first == UInt8(ascii: "t") : nil
  }

  public var isNull: Bool { kind == .null }

  /// What the whole document takes in memory.
  public var documentByteCount: Int { document.byteCount }

  @inline(__always)
  func value(_ index: Int?) -> JSONValue? {
    guard let index else { return nil }
    return JSONValue(index: index, document: document)
  }
}

// What is read a dozen times for every token, without a reference to the document for each.
extension JSONDocument {
  @inline(__always)
  func text(_ index: Int) -> TextView? {
    let entry = entries + index
    return entry.pointee.kind == .string ? TextView(strings.bytes(entry)) : nil
  }

  /// As it stands in the text, if it is neither an object nor an array.
  func spelling(_ index: Int) -> UnsafeRawBufferPointer { strings.bytes(entries + index) }

  func number(_ index: Int) -> Double? {
    let entry = entries + index
    switch entry.pointee.kind {
    case .integer:
      if let integer = exactInteger(spelling(index)) { return Double(integer) }
      fallthrough
    case .real:
      // A number that ends with a text that is not ours. Only a message that is nothing but a number does.
      guard Int(entry.pointee.start) &+ Int(entry.pointee.count) <= lastNumberEnd else { return nil }
      return nearestDouble(spelling(index))
    default:
      return nil
    }
  }

  /// The entry behind a value and all that is in it.
  @inline(__always)
  func end(of index: Int) -> Int { entries[index].isContainer ? Int(entries[index].link) : index &+ 1 }

  /// Of the value of a member; nil when it is absent or `object` is no object.
  func member(_ name: UnsafePointer<UInt8>, _ count: Int, of object: Int) -> Int? {
    guard entries[object].kind == .object else { return nil }
    let mark = fingerprint(name, count)
    let last = entries + Int(entries[object].link)
    var at = entries + (object &+ 1)
    while at < last {
      if at.pointee.link == mark, strings.isEqual(at, name, count) { return at - entries &+ 1 }
      at = at[1].isContainer ? entries + Int(at[1].link) : at + 2
    }
    return nil
  }
}
