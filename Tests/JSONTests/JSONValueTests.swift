import Support
import Testing

@testable import JSON

@Suite struct JSONValueTests {
  let root: JSONValue

  init() throws {
    let text: ByteString =
      #"{"s":"a\u00e9","i":7,"n":-9223372036854775808,"r":1.5,"t":true,"z":null,"a":["x","y"],"o":{"k":1}}"#
    root = try JSONDocument.parse(text).root
  }

  @Test func kindsAreToldApart() {
    #expect(root.kind == .object && root.count == 8)
    #expect(root.member("s")?.kind == .string && root.member("s")?.string == "a\u{e9}")
    #expect(root.member("i")?.kind == .integer && root.member("i")?.integer == 7 && root.member("i")?.number == 7)
    #expect(root.member("n")?.integer == .min)
    #expect(root.member("r")?.kind == .real && root.member("r")?.number == 1.5 && root.member("r")?.integer == nil)
    #expect(root.member("t")?.bool == true && root.member("t")?.isNull == false)
    #expect(root.member("z")?.isNull == true && root.member("z")?.kind == .null)
    #expect(root.member("a")?.strings == ["x", "y"] && root.member("a")?.count == 2)
    #expect(root.member("o")?.member("k")?.integer == 1)
  }

  @Test func accessorsOfAnotherKindGiveNothing() {
    #expect(root.member("i")?.string == nil && root.member("s")?.number == nil && root.member("s")?.bool == nil)
    #expect(root.member("s")?.member("k") == nil && root.member("s")?.element(0) == nil && root.member("s")?.count == 0)
    #expect(root.member("absent") == nil && root.member(named: ByteString([115, 0])) == nil)
    #expect(root.member("a")?.element(2) == nil && root.member("a")?.element(-1) == nil)
    #expect(root.strings == nil)
  }

  @Test func membersComeInTheOrderOfTheText() {
    var names: [ByteString] = []
    root.forEachMember { name, _ in names.append(name) }
    #expect(names == ["s", "i", "n", "r", "t", "z", "a", "o"])
  }

  @Test func aValueOutlivesItsDocument() throws {
    var value: JSONValue?
    do { value = try JSONDocument.parse(#"{"deep":{"text":"kept"}}"#).root.member("deep") }
    #expect(value?.member("text")?.string == "kept")
    #expect(value?.serialized() == #"{"text":"kept"}"#)
  }

  @Test func serializedIsCompactAndParsesToTheSame() throws {
    let text: ByteString = #"{"b":1,"a":["\u001f\"","/"],"c":{"x":null}}"#
    #expect(try JSONDocument.parse(text).root.serialized() == #"{"b":1,"a":["\u001F\"","/"],"c":{"x":null}}"#)
    #expect(try JSONDocument.parse("\"top\"").root.serialized() == "\"top\"")
  }
}
