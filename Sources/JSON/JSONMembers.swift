import CJansson
import Support

/// A member that has to be of one kind.
public enum JSONMember<Value> {
  case absent
  case ofOtherKind(JSONValue)
  case found(Value)
}

/// What objects and arrays hold.
extension JSONValue {
  /// The member of this name; nil when it is absent or this is no object. `name` is ASCII or UTF-8, without 0x00.
  @inline(never)
  public func member(_ name: Literal) -> JSONValue? { value(node(of: name)) }

  @inline(never)
  private func node(of name: Literal) -> JSONDocument.Node? {
    json_object_get(node, name.cString)
  }

  @inline(never)
  public func has(_ name: Literal) -> Bool { node(of: name) != nil }

  /// As `member(name)?.text`, that there is no such member told apart from that it is no string.
  public func text(of name: Literal) -> JSONMember<TextView> {
    guard let node = node(of: name) else { return .absent }
    return Self.text(node).map { .found($0) } ?? .ofOtherKind(JSONValue(node: node, document: document))
  }

  /// As `member(name)?.number`, likewise.
  public func number(of name: Literal) -> JSONMember<Double> {
    guard let node = node(of: name) else { return .absent }
    return Self.number(node).map { .found($0) } ?? .ofOtherKind(JSONValue(node: node, document: document))
  }

  public func member(named name: ByteString) -> JSONValue? {
    guard let key = cString(name) else { return nil }  // no parsed name holds a 0x00
    return value(json_object_get(node, key))
  }

  /// How many members or elements; 0 for anything but an object or an array.
  public var count: Int {
    switch kind {
    case .object: json_object_size(node)
    case .array: json_array_size(node)
    default: 0
    }
  }

  /// The element at `index`; nil beyond the end or when this is no array.
  public func element(_ index: Int) -> JSONValue? {
    index < 0 ? nil : value(json_array_get(node, index))
  }

  /// Calls `body` for every member, in the order of the text.
  public func forEachMember<Failure: Error>(
    _ body: (ByteString, JSONValue) throws(Failure) -> Void
  ) throws(Failure) {
    var iterator = json_object_iter(node)
    while let current = iterator {
      if let name = json_object_iter_key(current), let member = value(json_object_iter_value(current)) {
        try body(ByteString(cString: name), member)
      }
      iterator = json_object_iter_next(node, current)
    }
  }

  /// Calls `body` for every element, in order.
  public func forEachElement<Failure: Error>(_ body: (JSONValue) throws(Failure) -> Void) throws(Failure) {
    for index in 0..<(kind == .array ? json_array_size(node) : 0) {
      if let element = element(index) { try body(element) }
    }
  }

  /// The strings of an array of strings, as long as the document is there; nil when this is no array or any element is no
  /// string.
  @inline(never)
  public var texts: [TextView]? {
    guard kind == .array else { return nil }
    var collected: [TextView] = []
    collected.reserveCapacity(count)
    for index in 0..<count {
      guard let text = element(index)?.text else { return nil }
      collected.append(text)
    }
    return collected
  }

  /// The same, copied.
  public var strings: [ByteString]? { texts?.copied }
}

/// `name` with a 0x00 behind it, as jansson wants its keys; nil when it holds one itself.
func cString(_ name: ByteString) -> [CChar]? {
  if name.bytes.contains(0) { return nil }
  var characters = name.bytes.map { CChar(bitPattern: $0) }
  characters.append(0)
  return characters
}
