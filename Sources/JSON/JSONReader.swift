import Support

/// Reads one JSON text (RFC 8259) into a table, in one pass and without recursion: objects and arrays that are open are
/// linked to what they stand in by their own entries.
struct JSONReader: ~Copyable {
  private let text: JSONText
  private var table: JSONTable
  private var decoder: JSONStringDecoder
  private var names = JSONNameCheck()
  private let maxDepth: Int

  init(_ text: JSONText, table: consuming JSONTable, decoder: consuming JSONStringDecoder, maxDepth: Int) {
    self.text = text
    self.table = table
    self.decoder = decoder
    self.maxDepth = maxDepth
  }

  /// Where the reading got to: for the message where it fails.
  private(set) var position = 0

  mutating func read() throws(JSONFault) {
    var at = 0
    var depth = 0
    var open = JSONEntry.none
    var isInObject = false
    while true {
      // A value begins here; in an object its name stands in front of it.
      at = text.skippingBlanks(at)
      try table.reserveTwo()
      if isInObject { at = try readName(at) }
      let byte = text[at]
      if byte == UInt8(ascii: "\"") {
        at = try readString(at &+ 1, isName: false)
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        depth &+= 1
        guard depth <= maxDepth else { throw fail(.tooDeep, at) }
        let index = UInt32(truncatingIfNeeded: table.count)
        let isObject = byte == UInt8(ascii: "{")
        table.append(JSONEntry(isObject ? .object : .array, start: at, link: open))
        open = index
        isInObject = isObject
        at = text.skippingBlanks(at &+ 1)
        guard text[at] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { continue }
        at &+= 1
        depth &-= 1
        isInObject = close(&open)
      } else {
        at = try readNumberOrWord(at)
      }
      // A value ended here, and with it maybe what it stands in.
      var isComplete = true
      while open != JSONEntry.none {
        at = text.skippingBlanks(at)
        table.countMember(of: open)
        let byte = text[at]
        if byte == UInt8(ascii: ",") {
          at &+= 1
          isComplete = false
          break
        }
        guard byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw fail(isInObject ? .noEndOfObject : .noEndOfArray, at)
        }
        if isInObject { try checkNames(of: open, at) }
        at &+= 1
        depth &-= 1
        isInObject = close(&open)
      }
      if isComplete { break }
    }
    at = text.skippingBlanks(at)
    guard at >= text.count else { throw fail(.textBehind, at) }
  }

  /// Ends the innermost object or array; what it stands in is open then. Whether that is an object.
  @inline(__always)
  private func close(_ open: inout UInt32) -> Bool {
    let entry = table.entries + Int(open)
    open = entry.pointee.link
    entry.pointee.link = UInt32(truncatingIfNeeded: table.count)
    return open != JSONEntry.none && table.entries[Int(open)].kind == .object
  }

  private mutating func checkNames(of object: UInt32, _ at: Int) throws(JSONFault) {
    position = at
    guard table.entries[Int(object)].count > 1 else { return }
    guard let duplicate = try names.duplicate(in: Int(object), of: table.entries, entryCount: table.count, strings)
    else { return }
    // There is a quotation mark in front of the name.
    throw fail(.duplicateName, Int(table.entries[duplicate].start) &- 1)
  }

  /// A member's name and the colon behind it; where the value begins.
  @inline(__always)
  private mutating func readName(_ at: Int) throws(JSONFault) -> Int {
    guard text[at] == UInt8(ascii: "\"") else { throw fail(.noName, at) }
    let end = text.skippingBlanks(try readString(at &+ 1, isName: true))
    guard text[end] == UInt8(ascii: ":") else { throw fail(.noColon, end) }
    return text.skippingBlanks(end &+ 1)
  }

  /// The string whose first byte is at `first`; where the text goes on behind it.
  @inline(__always)
  private mutating func readString(_ first: Int, isName: Bool) throws(JSONFault) -> Int {
    let end = text.endOfPlain(first)
    if text[end] != UInt8(ascii: "\"") { return try readLongString(first, end, isName: isName) }
    let count = end &- first
    let mark = isName ? fingerprint(text.start + first, count) : 0
    table.append(JSONEntry(.string, start: first, count: count, link: mark))
    decoder.terminate(end)
    return end &+ 1
  }

  /// One that is not plain from `end` on.
  private mutating func readLongString(_ first: Int, _ end: Int, isName: Bool) throws(JSONFault) -> Int {
    let string: JSONStringDecoder.Decoded
    do throws(JSONFault) {
      string = try decoder.read(text, first: first, from: end)
    } catch {
      throw fail(error, decoder.position)
    }
    let bytes = (string.isDecoded ? strings.decoded : text.start) + first
    let mark = isName ? fingerprint(bytes, string.count) : 0
    table.append(
      JSONEntry(.string, start: first, count: string.count, link: mark, isDecoded: string.isDecoded))
    decoder.terminate(first &+ string.count)
    return string.end &+ 1
  }

  private var strings: JSONStrings { JSONStrings(text: text.start, decoded: decoder.bytes) }

  /// The number, or true, false or null, at `at`; where the text goes on behind it.
  @inline(__always)
  private mutating func readNumberOrWord(_ at: Int) throws(JSONFault) -> Int {
    let byte = text[at]
    if byte == UInt8(ascii: "-") || isDigit(byte) {
      let number = scanNumber(text, at)
      guard number.end != 0 else { throw fail(.number, at) }
      table.append(JSONEntry(number.isInteger ? .integer : .real, start: at, count: number.end &- at))
      return number.end
    }
    let (word, kind): (StaticString, JSONKind)
    switch byte {
    case UInt8(ascii: "t"): (word, kind) = ("true", .bool)
    case UInt8(ascii: "f"): (word, kind) = ("false", .bool)
    case UInt8(ascii: "n"): (word, kind) = ("null", .null)
    default: throw fail(.noValue, at)
    }
    for (offset, letter) in word.bytes.enumerated() where text[at &+ offset] != letter { throw fail(.literal, at) }
    table.append(JSONEntry(kind, start: at, count: word.count))
    return at &+ word.count
  }

  /// What was read, for its next owner.
  consuming func finished() -> Content {
    let strings = strings
    return Content(strings: strings, table: table.finished(), decoded: decoder.finished())
  }

  /// What the values of a text point into.
  struct Content: ~Copyable {
    let strings: JSONStrings
    let table, decoded: CheckedMemory
  }

  /// `fault`, or what explains it better, at `at`.
  private mutating func fail(_ fault: JSONFault, _ at: Int) -> JSONFault {
    position = at
    switch fault {
    case .tooDeep, .duplicateName, .outOfMemory, .tooMany, .nul, .surrogate, .escape: return fault
    default: break
    }
    if at >= text.count { return .endsTooEarly }
    if text[at] == 0 { return .nulByte }
    if at == 0, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { return .byteOrderMark }
    if at == 0, text[0] == 0x1F, text[1] == 0x8B { return .gzip }
    return fault
  }
}
