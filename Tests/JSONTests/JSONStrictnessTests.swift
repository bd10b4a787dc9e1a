import Support
import Testing

@testable import JSON

private func refusal(_ text: ByteString, maxDepth: Int = 32) -> String? {
  do throws(JSONError) {
    _ = try JSONDocument.parse(text, maxDepth: maxDepth)
    return nil
  } catch {
    return error.message.string
  }
}

@Suite struct JSONStrictnessTests {
  @Test func A16_duplicateMemberNamesAreRefusedAtEveryLevel() {
    #expect(refusal(#"{"exp":1,"nbf":1}"#) == nil)
    #expect(refusal(#"{"exp":1,"exp":1}"#) == "duplicate member name at byte 9")
    #expect(refusal(#"{"iss":"a","\u0069ss":"b"}"#)?.hasPrefix("duplicate member name") == true)
    #expect(refusal(#"{"a":[{"b":{"c":1,"c":2}}]}"#)?.hasPrefix("duplicate member name") == true)
  }

  @Test func A17_nestingIsBoundedInFrontOfTheParser() {
    func nested(_ depth: Int) -> ByteString {
      ByteString([UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth))
    }
    #expect(refusal(nested(32)) == nil)
    #expect(refusal(nested(33)) == "nesting deeper than 32 at byte 32")
    #expect(refusal(nested(10_000)) == "nesting deeper than 32 at byte 32")
    #expect(refusal("[{}]", maxDepth: 1) == "nesting deeper than 1 at byte 1")
    let alternating = ByteString("{\"a\":[") + nested(31) + ByteString("]}")
    #expect(refusal(alternating, maxDepth: 33) == nil)
    #expect(refusal(alternating) == "nesting deeper than 32 at byte 36")
    // What stands side by side does not nest.
    #expect(refusal(ByteString("[" + String(repeating: "[],{},", count: 50) + "0]"), maxDepth: 2) == nil)
    // Brackets in strings are text, also behind an escaped quotation mark.
    #expect(refusal(#"["[[[\"[[[{{{","\\"]"#, maxDepth: 1) == nil)
  }

  @Test func A31_onlyStrictUTF8WithoutNUL() {
    #expect(refusal("[\"\u{e9}\",\"e\u{301}\"]") == nil)
    #expect(refusal(ByteString([0x22, 0x61, 0x00, 0x22])) == "a 0x00 byte at byte 2")
    #expect(refusal(ByteString([0x5B, 0x5D, 0x00])) == "a 0x00 byte at byte 2")
    #expect(refusal(#""good\u0000evil""#)?.hasPrefix(#"\u0000 in a string"#) == true)
    #expect(refusal(#"{"a\u0000b":1}"#)?.hasPrefix(#"\u0000 in a string"#) == true)
    #expect(refusal(ByteString([0xEF, 0xBB, 0xBF, 0x5B, 0x5D]))?.hasPrefix("a byte order mark") == true)
    #expect(refusal(ByteString([0x1F, 0x8B, 0x08, 0x00]))?.hasPrefix("compressed data") == true)
    #expect(refusal(ByteString([0x22, 0xC0, 0xAF, 0x22]))?.hasPrefix("invalid UTF-8") == true)
    #expect(refusal(#""\ud800""#) != nil)
  }

  @Test func A31_unicodeEquivalentNamesAreDifferentNames() throws {
    let root = try JSONDocument.parse("{\"\u{e9}\":1,\"e\u{301}\":2}").root
    #expect(root.member("\u{e9}")?.integer == 1 && root.member("e\u{301}")?.integer == 2)
  }

  @Test func theWholeTextIsOneValue() {
    #expect(refusal("") == "the text is empty")
    #expect(refusal(" {} \n") == nil)
    #expect(refusal("{} {}")?.hasPrefix("text after the end") == true)
    #expect(refusal("{\"a\":1,}") != nil && refusal("[1") != nil && refusal("{'a':1}") != nil)
  }

  @Test func everyFaultIsNamedWithItsPlace() {
    let faults: [(ByteString, String)] = [
      ("[1,]", "no value where one has to be, at byte 3"), ("{\"a\":1,}", "no member name in quotes"),
      ("{\"a\" 1}", "no colon behind a member name, at byte 5"), ("{\"a\":1;}", "neither a comma nor a closing brace"),
      ("[1 2]", "neither a comma nor a closing bracket"), ("[1}", "neither a comma nor a closing bracket"),
      ("[1", "the text ends too early at byte 2"), ("\"abc", "the text ends too early at byte 4"),
      ("\"ab\\", "the text ends too early"), ("{\"a\"", "the text ends too early"), ("[\"\\u12", "an escape"),
      ("\"\\x41\"", "an escape that JSON does not have, at byte 1"), ("\"\\u00g0\"", "an escape"),
      ("\"a\nb\"", "a control character in a string"), ("[-]", "a number that JSON does not allow"),
      ("[01]", "a number"), ("[1.]", "a number"), ("[1e]", "a number"), ("[.5]", "no value"), ("[+1]", "no value"),
      ("[tru]", "a word that is neither true, false nor null"), ("[nul", "a word"), ("NaN", "no value"),
      ("\"\\udc00\\ud800\"", "half of a surrogate pair at byte 1"), ("\"\\ud800\\n\"", "half of a surrogate pair"),
    ]
    for (text, expected) in faults {
      #expect(refusal(text)?.contains(expected) == true, "\(text.bytes): \(refusal(text) ?? "accepted")")
    }
  }

  @Test func A17_namesAndValuesAreBounded() throws {
    let text = ByteString("[" + String(repeating: "1,", count: 98) + "1]")  // 100 of them
    #expect(try JSONDocument.parse(text, maxEntries: 101).root.count == 99)
    #expect(throws: JSONError.self) { try JSONDocument.parse(text, maxEntries: 99) }
    do throws(JSONError) {
      _ = try JSONDocument.parse(text, maxEntries: 99)
    } catch {
      #expect(error.message.string == "more than 99 names and values")
    }
  }

  @Test func messagesRepeatNothingOfTheText() {
    #expect(refusal("{\"secret\":hunter2}")?.contains("hunter2") == false)
  }
}
