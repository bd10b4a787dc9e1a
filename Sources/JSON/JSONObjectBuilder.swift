import Support

/// Builds the text of one JSON object: members stay in the order they were first set.
///
/// One thread at a time. A member that cannot be built (text that is not UTF-8) makes the whole result empty rather than
/// incomplete.
public final class JSONObjectBuilder {
  private var names = TextIndex()
  /// Of each name, in JSON.
  private var members: [(name: ByteString, value: ByteString)] = []
  private var hasFailed = false

  public init() {}

  public func set(_ name: Literal, _ text: ByteString) {
    var writer = JSONWriter()
    text.withUnsafeBytes { writer.write(string: $0) }
    set(ByteString(name), writer)
  }

  public func set(_ name: Literal, _ number: Int64) {
    var writer = JSONWriter()
    ByteString("\(number)" as Diagnostic).withUnsafeBytes { writer.write(json: $0) }
    set(ByteString(name), writer)
  }

  public func set(_ name: Literal, _ flag: Bool) { set(name, word: flag ? "true" : "false") }

  public func setNull(_ name: Literal) { set(name, word: "null") }

  private func set(_ name: Literal, word: Literal) {
    var writer = JSONWriter()
    writer.write(word)
    set(ByteString(name), writer)
  }

  public func set(_ name: Literal, _ value: JSONValue) { set(ByteString(name), value) }

  public func set(_ name: Literal, _ texts: [ByteString]) {
    var writer = JSONWriter()
    writer.write(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { writer.write(UInt8(ascii: ",")) }
      text.withUnsafeBytes { writer.write(string: $0) }
    }
    writer.write(UInt8(ascii: "]"))
    set(ByteString(name), writer)
  }

  /// A nested object, as `nested` is now.
  public func set(_ name: Literal, _ nested: JSONObjectBuilder) {
    if nested.hasFailed { hasFailed = true }
    var writer = JSONWriter()
    nested.serialized().withUnsafeBytes { writer.write(json: $0) }
    set(ByteString(name), writer)
  }

  /// Adds the members of `value`, an object, that are not there yet.
  public func addMissing(from value: JSONValue) {
    value.forEachMember { name, member in
      guard !names.contains(name) else { return }
      set(name, member)
    }
  }

  public func contains(_ name: Literal) -> Bool { names.contains(ByteString(name)) }

  /// The object as compact JSON text; empty when a part of it could not be built.
  public func serialized() -> ByteString {
    guard !hasFailed else { return ByteString() }
    var writer = JSONWriter()
    writer.write(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { writer.write(UInt8(ascii: ",")) }
      member.name.withUnsafeBytes { writer.write(string: $0) }
      writer.write(UInt8(ascii: ":"))
      member.value.withUnsafeBytes { writer.write(json: $0) }
    }
    writer.write(UInt8(ascii: "}"))
    return writer.hasFailed ? ByteString() : ByteString(writer.bytes)
  }

  private func set(_ name: ByteString, _ value: JSONValue) {
    var writer = JSONWriter()
    writer.write(value)
    set(name, writer)
  }

  /// `writer` has written the value.
  private func set(_ name: ByteString, _ writer: JSONWriter) {
    if writer.hasFailed { hasFailed = true }
    let value = ByteString(writer.bytes)
    if let place = names.index(of: name) {
      members[place].value = value
    } else {
      names.insert(name)
      members.append((name, value))
    }
  }
}
