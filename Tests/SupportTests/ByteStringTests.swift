import Support
import Testing

@Test func A31_canonicallyEquivalentTextsAreDifferentByteStrings() {
  let composed = ByteString("caf\u{e9}")
  let decomposed = ByteString("cafe\u{301}")
  #expect("caf\u{e9}" == "cafe\u{301}", "the control: Swift's own strings compare equal")
  #expect(composed != decomposed)
  #expect(Set([composed, decomposed]).count == 2)
}

@Test func malformedUTF8IsSeen() {
  #expect(ByteString([0x61, 0xC3, 0xA9]).isValidUTF8)
  #expect(!ByteString([0xC0, 0x80]).isValidUTF8)
  #expect(!ByteString([0xED, 0xA0, 0x80]).isValidUTF8)
  #expect(!ByteString([0xF4, 0x90, 0x80, 0x80]).isValidUTF8)
}

@Test func A37_quotedTextIsPrintableASCII() {
  #expect(
    ByteString(quoted(ByteString("a\"b\\c\r\n\u{1b}[31m\u{e9}"))) == "\"a\\\"b\\\\c\\x0d\\x0a\\x1b[31m\\xc3\\xa9\"")
  #expect(ByteString(quoted(ByteString(String(repeating: "x", count: 200)), limit: 4)) == "\"xxxx\"... (200 bytes)")
}

@Test func splittingLeavesNoEmptyPiece() {
  #expect(ByteString("  read  write ").split(separator: 0x20) == ["read", "write"])
}

/// Few are told apart in another way than many, and the last few of many in another than the first.
@Test(arguments: [1, 2, 7, 8, 9, 10, 40])
func eachWordIsThereOnce(count: Int) {
  let expected = (0..<count).map { ByteString("scope:\($0)") }
  let repeated = expected + expected.reversed() + expected
  let text = repeated.reduce(into: ByteString()) { $0.append($1 + "  ") }
  text.withUnsafeBytes { #expect(parseScope(TextView($0)).copied == expected) }
  #expect(withoutRepetition(repeated) == expected)
  for empty: ByteString in ["  ", ""] { empty.withUnsafeBytes { #expect(parseScope(TextView($0)).isEmpty) } }
}

@Test func onlyTheCaseOfASCIILettersIsIgnored() {
  let type: ByteString = "AT+jwt"
  #expect(type.equalsIgnoringCase("at+JWT") && type.lowercased == "at+jwt")
  // [ and {, @ and ` differ as letters' cases do.
  #expect(!ByteString("at[jwt").equalsIgnoringCase("at{jwt") && !ByteString("@").equalsIgnoringCase("`"))
  #expect(!type.equalsIgnoringCase("at+jw") && ByteString("\u{e9}").lowercased == "\u{e9}")
}

@Test func aLentTextIsFollowedByNUL() {
  for text: ByteString in ["", "x", "a longer text"] {
    let lent = text.withUnsafeBytes { BorrowedText($0) }
    #expect(ByteString(lent.bytes) == text && lent.count == text.count)
    #expect(UnsafeRawPointer(lent.bytes.baseAddress!).load(fromByteOffset: text.count, as: UInt8.self) == 0)
  }
}

@Test func aCStringIsCopiedWithoutItsTerminator() {
  "hello".withCString { #expect(ByteString(cString: $0) == "hello") }
}

@Test func UTF8IsWhatTheStandardLibrarySaysItIs() {
  // Every byte in each place of a sequence, the others at the edges of their ranges.
  let edges: [UInt8] = [
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF,
  ]
  var different = 0
  var valid = 0
  func compare(_ bytes: [UInt8]) {
    let expected = String(validating: bytes, as: UTF8.self) != nil
    if ByteString(bytes).isValidUTF8 != expected { different += 1 }
    if expected { valid += 1 }
  }
  compare([])
  for first in UInt8.min...UInt8.max {
    compare([first])
    for second in edges {
      compare([first, second])
      compare([second, first])
      for third in edges {
        compare([first, second, third])
        for fourth in edges { compare([first, second, third, fourth]) }
      }
    }
  }
  #expect(different == 0)
  #expect(valid > 10_000)
}

@Test func onlyDigitsAreADecimalNumber() {
  #expect(ByteString("0").decimal == 0 && ByteString("0042").decimal == 42)
  #expect(ByteString("9007199254740992").decimal == 1 << 53 && ByteString("99999999999999999999999").decimal == 1 << 53)
  for text in ["", "-1", "+1", " 1", "1 ", "1.0", "0x1", "\u{0661}"] { #expect(ByteString(text).decimal == nil) }
}

@Test func piecesMayBeEmptyWhereThatMatters() {
  let dot = UInt8(ascii: ".")
  #expect(ByteString("a..b.").split(separator: dot) == ["a", "b"])
  #expect(ByteString("a..b.").split(separator: dot, keepsEmpty: true) == ["a", "", "b", ""])
  #expect(ByteString("").split(separator: dot) == [] && ByteString("").split(separator: dot, keepsEmpty: true) == [""])
}
