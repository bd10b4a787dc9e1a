import CJansson
import Support

/// A parsed JSON text: owns jansson's tree and frees it with the last value that refers to it.
///
/// Read-only once made, which is what makes it safe to read on any number of threads at once.
public final class JSONDocument: @unchecked Sendable {
  typealias Node = UnsafeMutablePointer<json_t>

  private let node: Node

  /// Takes over one reference to `node`, whose tree nobody changes any more.
  init(adopting node: Node) { self.node = node }

  deinit { json_decref(node) }

  public var root: JSONValue { JSONValue(node: node, document: self) }

  /// Parses one strict JSON text (RFC 8259): the whole of `text`, valid UTF-8 without a byte order mark, no 0x00 byte
  /// and no `\u0000`, no member name twice in an object (compared after unescaping), numbers within Int64 or a finite
  /// Double, nesting of at most `maxDepth` (a lone `[]` is 1). Any kind of value may stand at the top.
  ///
  /// The caller bounds the size of `text`; jansson's tree takes up to eighty times as much. Nothing of `text` is kept.
  public static func parse(_ text: UnsafeRawBufferPointer, maxDepth: Int = 32) throws(JSONError) -> JSONDocument {
    try load(text, maxDepth: maxDepth, maxValues: .max, flags: 0)
  }

  /// As `parse`, for a text that others have to make sense of, such as a JSON-RPC message: integers may be of any size,
  /// and are all read as reals, and strings may hold `\u0000`. `maxValues` bounds what is spent on a large one.
  public static func parseMessage(
    _ text: UnsafeRawBufferPointer, maxDepth: Int, maxValues: Int
  ) throws(JSONError) -> JSONDocument {
    let flags = Int(JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL)
    return try load(text, maxDepth: maxDepth, maxValues: maxValues, flags: flags)
  }

  private static func load(
    _ text: UnsafeRawBufferPointer, maxDepth: Int, maxValues: Int, flags: Int
  ) throws(JSONError) -> JSONDocument {
    try preflight(text, maxDepth: maxDepth, maxValues: maxValues)
    guard let start = text.baseAddress, !text.isEmpty else { throw JSONError("the text is empty") }
    var error = json_error_t()
    let flags = flags | Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
    guard let node = json_loadb(start.assumingMemoryBound(to: CChar.self), text.count, flags, &error) else {
      throw JSONError(error)
    }
    return JSONDocument(adopting: node)
  }

  public static func parse(_ text: ByteString, maxDepth: Int = 32) throws(JSONError) -> JSONDocument {
    try text.withUnsafeBytes { (bytes) throws(JSONError) -> JSONDocument in try parse(bytes, maxDepth: maxDepth) }
  }
}
