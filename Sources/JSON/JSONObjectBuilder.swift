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
    set(name) { writer in text.withUnsafeBytes { writer.write(string: $0) } }
  }

  public func set(_ name: Literal, _ number: Int64) {
    set(name) { writer in ByteString("\(number)" as Diagnostic).withUnsafeBytes { writer.write(json: $0) } }
  }

  public func set(_ name: Literal, _ flag: Bool) { set(name) { $0.write(flag ? "true" : "false") } }

  public func set(_ name: Literal, _ value: JSONValue) { set(name) { $0.write(value) } }

  public func setNull(_ name: Literal) { set(name) { $0.write("null") } }

  public func set(_ name: Literal, _ texts: [ByteString]) {
    set(name) { writer in
      writer.write(UInt8(ascii: "["))
      for (index, text) in texts.enumerated() {
        if index > 0 { writer.write(UInt8(ascii: ",")) }
        text.withUnsafeBytes { writer.write(string: $0) }
      }
      writer.write(UInt8(ascii: "]"))
    }
  }

  /// A nested object, as `nested` is now.
  public func set(_ name: Literal, _ nested: JSONObjectBuilder) {
    if nested.hasFailed { hasFailed = true }
    set(name) { writer in nested.serialized().withUnsafeBytes { writer.write(json: $0) } }
  }

  /// Adds the members of `value`, an object, that are not there yet.
  public func addMissing(from value: JSONValue) {
    value.forEachMember { name, member in
      guard !names.contains(name) else { return }
      set(name) { $0.write(member) }
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

  private func set(_ name: Literal, _ write: (inout JSONWriter) -> Void) { set(ByteString(name), write) }

  private func set(_ name: ByteString, _ write: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    write(&writer)
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
