import Support
import Testing

@testable import JSON

@Suite struct JSONObjectBuilderTests {
  @Test func membersKeepTheirOrderAndAreEscaped() {
    let builder = JSONObjectBuilder()
    builder.set("z", ByteString("a\"b\\\r\n"))
    builder.set("list", [ByteString("x"), ByteString("\u{e9}")])
    builder.set("n", Int64.max)
    builder.set("flag", false)
    let nested = JSONObjectBuilder()
    nested.set("k", "v")
    builder.set("o", nested)
    nested.set("k", "changed later")
    #expect(
      builder.serialized()
        == #"{"z":"a\"b\\\r\n","list":["x","\u00E9"],"n":9223372036854775807,"flag":false,"o":{"k":"v"}}"#)
  }

  @Test func whatIsThereIsNeverOverriddenByAddMissing() throws {
    let builder = JSONObjectBuilder()
    builder.set("iss", "mine")
    builder.addMissing(from: try JSONDocument.parse(#"{"iss":"theirs","extra":[1,{"a":2}]}"#).root)
    #expect(builder.serialized() == #"{"iss":"mine","extra":[1,{"a":2}]}"#)
    #expect(builder.contains("extra") && !builder.contains("absent"))
  }

  @Test func addingLeavesTheOriginalAlone() throws {
    let original = try JSONDocument.parse(#"{"a":1}"#).root
    let builder = JSONObjectBuilder()
    builder.addMissing(from: original)
    builder.set("a", Int64(2))
    builder.set("b", original)
    #expect(builder.serialized() == #"{"a":1,"b":{"a":1}}"#)
    #expect(original.serialized() == #"{"a":1}"#)
    #expect(try JSONDocument.parse(builder.serialized()).root.member("b")?.member("a")?.integer == 1)
  }

  @Test func textThatIsNotUTF8MakesTheWholeResultEmpty() {
    let builder = JSONObjectBuilder()
    builder.set("t", ByteString([0x61, 0xFF]))
    builder.set("fine", "y")
    #expect(builder.serialized().isEmpty)
    let outer = JSONObjectBuilder()
    outer.set("o", builder)
    #expect(outer.serialized().isEmpty)
  }
}
