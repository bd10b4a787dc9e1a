import Support

/// What is wrong with a text that is not JSON as this library takes it.
enum JSONFault: Error {
  case empty, tooLarge, tooMany, outOfMemory
  case nulByte, byteOrderMark, gzip
  case noValue, noName, noColon, noEndOfObject, noEndOfArray, endsTooEarly, textBehind
  case tooDeep, duplicateName
  case controlCharacter, invalidUTF8, escape, surrogate, nul
  case number, literal

  /// What and, where it is not plain from that, why or what to do about it.
  var sentence: StaticString {
    switch self {
    case .empty: "the text is empty"
    case .tooLarge: "the text is too large"
    case .tooMany: "too many names and values"
    case .outOfMemory: "out of memory"
    case .nulByte: "a 0x00 byte"
    case .byteOrderMark: "a byte order mark, which JSON has none of; save the text as UTF-8 without it,"
    case .gzip: "compressed data (gzip), not text,"
    case .noValue: "not JSON: no value where one has to be,"
    case .noName: "not JSON: no member name in quotes where one has to be,"
    case .noColon: "not JSON: no colon behind a member name,"
    case .noEndOfObject: "not JSON: neither a comma nor a closing brace behind a member,"
    case .noEndOfArray: "not JSON: neither a comma nor a closing bracket behind an element,"
    case .endsTooEarly: "the text ends too early"
    case .textBehind: "text after the end of the value"
    case .tooDeep: "nested too deep"
    case .duplicateName: "duplicate member name"
    case .controlCharacter: "a control character in a string, which has to be written as an escape,"
    case .invalidUTF8: "invalid UTF-8"
    case .escape: "an escape that JSON does not have,"
    case .surrogate: "half of a surrogate pair"
    case .nul: "\\u0000 in a string"
    case .number: "a number that JSON does not allow"
    case .literal: "a word that is neither true, false nor null,"
    }
  }
}
