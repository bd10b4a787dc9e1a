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
  #expect(ByteString(quoted(ByteString("a\"b\\c\r\n\u{1b}[31m\u{e9}"))) == "\"a\\\"b\\\\c\\x0d\\x0a\\x1b[31m\\xc3\\xa9\"")
  #expect(ByteString(quoted(ByteString(String(repeating: "x", count: 200)), limit: 4)) == "\"xxxx\"... (200 bytes)")
}

@Test func splittingLeavesNoEmptyPiece() {
  #expect(ByteString("  read  write ").split(separator: 0x20) == ["read", "write"])
}

@Test func aCStringIsCopiedWithoutItsTerminator() {
  "hello".withCString { #expect(ByteString(cString: $0) == "hello") }
}
