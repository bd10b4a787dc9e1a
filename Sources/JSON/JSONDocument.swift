import CSystem
import Support

/// A JSON text that was read: keeps what its values point into, and goes with the last value that refers to it.
///
/// Read-only once made, which is what makes it safe to read on any number of threads at once.
public final class JSONDocument: @unchecked Sendable {
  let strings: JSONStrings
  /// Each begins in the text; there is at least the root.
  let entries: UnsafePointer<JSONEntry>
  /// Behind the last byte of the text, where no number's spelling may be handed to C; no limit where a NUL byte is there.
  let lastNumberEnd: Int

  private let content: JSONReader.Content
  /// The text, where the document has a copy of its own.
  private let text: CheckedMemory

  /// What such a document takes in memory.
  var byteCount: Int { content.table.byteCount &+ content.decoded.byteCount &+ text.byteCount &+ 128 }

  private init(
    _ content: consuming JSONReader.Content, entries: UnsafePointer<JSONEntry>, text: consuming CheckedMemory,
    lastNumberEnd: Int
  ) {
    strings = content.strings
    self.entries = entries
    self.lastNumberEnd = lastNumberEnd
    self.content = content
    self.text = text
  }

  public var root: JSONValue { JSONValue(index: 0, document: self) }

  /// Offsets and counts are 32 bits wide.
  private static let maxTextBytes = 1 << 28

  /// Reads one strict JSON text (RFC 8259): the whole of `text`, valid UTF-8 without a byte order mark, no 0x00 byte and no
  /// `\u0000`, no member name twice in an object (compared after unescaping), nesting of at most `maxDepth` (a lone `[]` is
  /// 1). Any kind of value may stand at the top, and a number may be of any size.
  ///
  /// `text` is copied, and each string of the copy followed by a NUL byte. `maxEntries` bounds the names and values, each
  /// of which takes 16 bytes.
  public static func parse(
    _ text: UnsafeRawBufferPointer, maxDepth: Int = 32, maxEntries: Int = .max
  ) throws(JSONError) -> JSONDocument {
    let count = try checkedCount(of: text)
    let copy = CheckedMemory(byteCount: count &+ 1)
    guard let start = copy.start?.assumingMemoryBound(to: UInt8.self) else { throw JSONError(.outOfMemory) }
    if let source = text.baseAddress { memcpy(start, source, count) }
    start[count] = 0
    return try read(
      JSONText(start: start, count: count), keeping: copy,
      JSONStringDecoder(inPlace: start, allowsNUL: false), maxDepth: maxDepth, maxEntries: maxEntries)
  }

  public static func parse(
    _ text: ByteString, maxDepth: Int = 32, maxEntries: Int = .max
  ) throws(JSONError) -> JSONDocument {
    try text.withUnsafeBytes { (bytes) throws(JSONError) -> JSONDocument in
      try parse(bytes, maxDepth: maxDepth, maxEntries: maxEntries)
    }
  }

  /// As `parse`, for a large text of which little is asked, such as a JSON-RPC message: it is not copied, and lends its
  /// values to `body` alone, which must not keep them. Strings may hold `\u0000`. `refused` makes the error of a text that
  /// cannot be read.
  public static func withBorrowed<Result, Refusal: Error>(
    _ text: UnsafeRawBufferPointer, maxDepth: Int, maxEntries: Int, refused: (JSONError) -> Refusal,
    _ body: (JSONValue) throws(Refusal) -> Result
  ) throws(Refusal) -> Result {
    let document: JSONDocument
    do throws(JSONError) {
      document = try borrow(text, maxDepth: maxDepth, maxEntries: maxEntries)
    } catch {
      throw refused(error)
    }
    return try body(document.root)
  }

  /// The values are valid as long as `text`.
  static func borrow(
    _ text: UnsafeRawBufferPointer, maxDepth: Int, maxEntries: Int
  ) throws(JSONError) -> JSONDocument {
    let count = try checkedCount(of: text)
    guard let start = text.baseAddress else { throw JSONError(.empty) }
    return try read(
      JSONText(start: start.assumingMemoryBound(to: UInt8.self), count: count), keeping: CheckedMemory(),
      JSONStringDecoder(allowsNUL: true), maxDepth: maxDepth, maxEntries: maxEntries)
  }

  private static func checkedCount(of text: UnsafeRawBufferPointer) throws(JSONError) -> Int {
    if text.isEmpty { throw JSONError(.empty) }
    if text.count > maxTextBytes { throw JSONError(.tooLarge, limit: maxTextBytes) }
    return text.count
  }

  private static func read(
    _ text: JSONText, keeping copy: consuming CheckedMemory, _ decoder: consuming JSONStringDecoder, maxDepth: Int,
    maxEntries: Int
  ) throws(JSONError) -> JSONDocument {
    guard let table = JSONTable(textBytes: text.count, limit: maxEntries) else { throw JSONError(.outOfMemory) }
    var reader = JSONReader(text, table: table, decoder: decoder, maxDepth: maxDepth)
    do throws(JSONFault) {
      try reader.read()
    } catch {
      throw JSONError(error, at: reader.position, limit: error == .tooMany ? maxEntries : maxDepth)
    }
    let content = reader.finished()
    guard let entries = content.table.start else { throw JSONError(.outOfMemory) }
    let isTerminated = copy.start != nil
    return JSONDocument(
      content, entries: UnsafePointer(entries.assumingMemoryBound(to: JSONEntry.self)), text: copy,
      lastNumberEnd: isTerminated ? .max : text.count &- 1)
  }
}
