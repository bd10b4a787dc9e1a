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
  public func member(_ name: StaticString) -> JSONValue? { value(index(of: name)) }

  /// (Not inlined, for its size: see AuthError.)
  @inline(never)
  private func index(of name: StaticString) -> Int? {
    let bytes = name.bytes
    return bytes.baseAddress.flatMap { document.member($0, bytes.count, of: index) }
  }

  public func has(_ name: StaticString) -> Bool { index(of: name) != nil }

  /// As `member(name)?.text`, that there is no such member told apart from that it is no string.
  public func text(of name: StaticString) -> JSONMember<TextView> {
    guard let index = index(of: name) else { return .absent }
    return document.text(index).map { .found($0) } ?? .ofOtherKind(JSONValue(index: index, document: document))
  }

  /// As `member(name)?.number`, likewise.
  public func number(of name: StaticString) -> JSONMember<Double> {
    guard let index = index(of: name) else { return .absent }
    return document.number(index).map { .found($0) } ?? .ofOtherKind(JSONValue(index: index, document: document))
  }

  public func member(named name: ByteString) -> JSONValue? {
    name.withUnsafeBytes { bytes in
      // An empty one has no address: it is as good as any other.
      let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? document.strings.text
      return value(document.member(start, bytes.count, of: index))
    }
  }

  /// How many members or elements; 0 for anything but an object or an array.
  public var count: Int {
    let entry = document.entries[index]
    return entry.isContainer ? Int(entry.count) : 0
  }

  /// The element at `index`; nil beyond the end or when this is no array.
  public func element(_ index: Int) -> JSONValue? {
    guard kind == .array, index >= 0, index < count else { return nil }
    var at = self.index &+ 1
    // Where no element holds anything, each has one entry.
    if document.end(of: self.index) &- at == count { return value(at &+ index) }
    for _ in 0..<index { at = document.end(of: at) }
    return value(at)
  }

  /// Calls `body` for every member, in the order of the text.
  public func forEachMember<E: Error>(_ body: (ByteString, JSONValue) throws(E) -> Void) throws(E) {
    guard kind == .object else { return }
    var at = index &+ 1
    for _ in 0..<count {
      let member = JSONValue(index: at &+ 1, document: document)
      try body(ByteString(document.spelling(at)), member)
      at = document.end(of: member.index)
    }
  }

  /// Calls `body` for every element, in order.
  public func forEachElement<E: Error>(_ body: (JSONValue) throws(E) -> Void) throws(E) {
    guard kind == .array else { return }
    var at = index &+ 1
    for _ in 0..<count {
      let element = JSONValue(index: at, document: document)
      try body(element)
      at = document.end(of: at)
    }
  }

  /// The strings of an array of strings, as long as the document is there; nil when this is no array or any element is no
  /// string.
  public var texts: [TextView]? {
    guard kind == .array else { return nil }
    var collected: [TextView] = []
    collected.reserveCapacity(count)
    // Each string has one entry, so they stand side by side up to the first that is none.
    for at in (index &+ 1)..<(index &+ 1 &+ count) {
      guard let text = document.text(at) else { return nil }
      collected.append(text)
    }
    return collected
  }

  /// The same, copied.
  public var strings: [ByteString]? { texts?.copied }
}
