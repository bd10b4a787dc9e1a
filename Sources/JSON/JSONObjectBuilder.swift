import Support

/// Writes the text of one JSON object: members in the order they were set. A name that was set keeps its value.
///
/// One thread at a time. A member that cannot be written (text that is not UTF-8) makes the whole result empty rather than
/// incomplete.
public final class JSONObjectBuilder {
  private var names = TextIndex()
  /// Everything but the closing brace.
  private var writer = JSONWriter()

  public init() {}

  public func set(_ name: StaticString, _ text: ByteString) {
    guard begin(ByteString(name)) else { return }
    writer.write(text: text)
  }

  public func set(_ name: StaticString, _ number: Int64) {
    guard begin(ByteString(name)) else { return }
    writer.write(json: ByteString("\(number)" as Diagnostic))
  }

  public func set(_ name: StaticString, _ flag: Bool) { set(name, word: flag ? "true" : "false") }

  public func setNull(_ name: StaticString) { set(name, word: "null") }

  public func set(_ name: StaticString, _ value: JSONValue) { set(ByteString(name), value) }

  public func set(_ name: StaticString, _ texts: [ByteString]) {
    guard begin(ByteString(name)) else { return }
    var separator: StaticString = "["
    for text in texts {
      writer.write(separator)
      writer.write(text: text)
      separator = ","
    }
    writer.write(texts.isEmpty ? "[]" : "]")
  }

  /// A nested object, as `nested` is now.
  public func set(_ name: StaticString, _ nested: JSONObjectBuilder) {
    guard begin(ByteString(name)) else { return }
    let text = nested.serialized()
    writer.write(json: text)
    if text.isEmpty { writer.fail() }
  }

  /// Adds the members of `value`, an object, that are not there yet.
  public func addMissing(from value: JSONValue) {
    value.forEachMember { name, member in set(name, member) }
  }

  public func contains(_ name: StaticString) -> Bool { names.contains(ByteString(name)) }

  /// The object as compact JSON text; empty when a part of it could not be written.
  public func serialized() -> ByteString {
    if writer.hasFailed { return ByteString() }
    var whole = writer
    whole.write(names.isEmpty ? "{}" : "}")
    return ByteString(whole.bytes)
  }

  private func set(_ name: ByteString, _ value: JSONValue) {
    guard begin(name) else { return }
    writer.write(value)
  }

  private func set(_ name: StaticString, word: StaticString) {
    guard begin(ByteString(name)) else { return }
    writer.write(word)
  }

  /// Whether a value has to follow: false where the name is there.
  private func begin(_ name: ByteString) -> Bool {
    guard names.insert(name) else { return false }
    writer.write(names.count == 1 ? "{" : ",")
    writer.write(text: name)
    writer.write(":")
    return true
  }
}
