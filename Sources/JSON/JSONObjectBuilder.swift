import CJansson
import Support

/// Builds one JSON object: members stay in the order they were first set, and jansson does the escaping.
///
/// One thread at a time. A member that cannot be built (no memory, text that is not UTF-8) makes the whole result empty
/// rather than incomplete.
public final class JSONObjectBuilder {
  private let object: JSONDocument.Node?
  private var failed = false

  public init() { object = json_object() }

  deinit { json_decref(object) }

  public func set(_ name: Literal, _ text: ByteString) { set(name, node: string(text)) }
  public func set(_ name: Literal, _ number: Int64) { set(name, node: json_integer(json_int_t(number))) }
  public func set(_ name: Literal, _ flag: Bool) { set(name, node: flag ? json_true() : json_false()) }
  public func set(_ name: Literal, _ value: JSONValue) { set(name, node: json_incref(value.node)) }

  public func set(_ name: Literal, _ texts: [ByteString]) {
    let array = json_array()
    for text in texts where json_array_append_new(array, string(text)) != 0 { failed = true }
    set(name, node: array)
  }

  /// A nested object, as `nested` is now.
  public func set(_ name: Literal, _ nested: JSONObjectBuilder) {
    if nested.failed { failed = true }
    set(name, node: json_deep_copy(nested.object))
  }

  /// Adds the members of `value`, an object, that are not there yet.
  public func addMissing(from value: JSONValue) {
    if json_object_update_missing(object, value.node) != 0 { failed = true }
  }

  public func contains(_ name: Literal) -> Bool { json_object_get(object, name.cString) != nil }

  /// The object as compact JSON text; empty when a part of it could not be built.
  public func serialized() -> ByteString {
    guard let object, !failed else { return ByteString() }
    return serialize(object)
  }

  /// The object as a document of its own, which later changes here do not reach; nil when a part could not be built.
  public func document() -> JSONDocument? {
    guard !failed, let copy = json_deep_copy(object) else { return nil }
    return JSONDocument(adopting: copy)
  }

  /// Takes over the reference to `node`; jansson drops it where it cannot be stored.
  private func set(_ name: Literal, node: JSONDocument.Node?) {
    if json_object_set_new(object, name.cString, node) != 0 { failed = true }
  }

  private func string(_ text: ByteString) -> JSONDocument.Node? {
    text.withUnsafeBytes { bytes in
      json_stringn(bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Literal("").cString, bytes.count)
    }
  }
}
