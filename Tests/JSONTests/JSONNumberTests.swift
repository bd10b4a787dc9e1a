import Support
import Testing

@testable import JSON

private func number(_ spelling: String) throws -> JSONValue {
  let root = try JSONDocument.parse(ByteString("[" + spelling + "]")).root
  return try #require(root.element(0))
}

@Suite struct JSONNumberTests {
  @Test func integersAreExactWithin64Bits() throws {
    for spelling in ["0", "7", "-1", "9223372036854775807", "-9223372036854775808", "999999999999999999"] {
      #expect(try number(spelling).integer == Int64(spelling), "\(spelling)")
    }
    #expect(try number("-0").integer == 0)
  }

  @Test func T3_aNumberBeyondAllTypesRefusesNothingAndStaysAsItCame() throws {
    for spelling in ["9223372036854775808", "-9223372036854775809", "18446744073709551615", "1e400", "-1e400"] {
      let value = try number(spelling)
      #expect(value.integer == nil && value.serialized() == ByteString(spelling), "\(spelling)")
    }
    #expect(try number("18446744073709551615").number == 18446744073709551615.0)
    #expect(try number("1e400").number == nil && number("-1e400").number == nil)
    let digits = String(repeating: "9", count: 400)
    #expect(try number(digits).number == nil && number(digits).serialized() == ByteString(digits))
  }

  @Test func doublesAreTheNearestOnes() throws {
    let spellings = [
      "1.5", "-0.0", "0.1", "1e-400", "1.7976931348623157e308", "5e-324", "2.4703282292062327e-324",
      "9007199254740993.0", "9007199254740993", "123456789012345678901234567890", "1E+2", "2e-1",
      "2.2250738585072011e-308", "100000000000000000000000000000000000000000000000001e-50",
    ]
    for spelling in spellings {
      let expected = try #require(Double(spelling))
      #expect(try number(spelling).number?.bitPattern == expected.bitPattern, "\(spelling)")
    }
  }

  @Test func kindsGoBySpelling() throws {
    #expect(try number("1").kind == .integer && number("1.0").kind == .real && number("1e0").kind == .real)
    #expect(try number("1.0").integer == nil && number("18446744073709551616").kind == .integer)
  }

  @Test func aMessageThatIsNothingButANumberHasNoValue() throws {
    func borrowed(_ text: ByteString) throws(JSONError) -> JSONValue {
      try text.withUnsafeBytes { (bytes) throws(JSONError) in
        // The text stays where it is: it is the test's own.
        try JSONDocument.borrow(bytes, maxDepth: 4, maxEntries: 10).root
      }
    }
    let alone: ByteString = "1.5"
    #expect(try borrowed(alone).number == nil)
    let inside: ByteString = "[1.5]"
    #expect(try borrowed(inside).element(0)?.number == 1.5)
  }
}
