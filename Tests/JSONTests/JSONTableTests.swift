import Support
import Testing

@testable import JSON

/// Larger texts than the table has room for at first, and more names than are compared one by one.
@Suite struct JSONTableTests {
  private func object(_ names: [String], _ more: String = "") -> ByteString {
    ByteString("{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + more + "}")
  }

  @Test func everyMemberOfALargeObjectIsThere() throws {
    let names = (0..<5000).map { "name\($0)" }
    let root = try JSONDocument.parse(object(names)).root
    #expect(root.count == 5000)
    var found: [ByteString] = []
    root.forEachMember { name, _ in found.append(name) }
    #expect(found == names.map { ByteString($0) })
    #expect(root.member("name4999")?.integer == 1 && root.member("name5000") == nil)
  }

  @Test func A16_aNameThatStandsTwiceIsFoundAmongAnyNumber() throws {
    for count in [2, 8, 31, 32, 33, 34, 100, 3000] {
      let names = (0..<(count - 1)).map { "n\($0)" }
      #expect(try JSONDocument.parse(object(names)).root.count == count - 1)
      for twice in [0, (count - 1) / 2, count - 2] {
        #expect(throws: JSONError.self, "\(count)") {
          try JSONDocument.parse(object(names, #","\u006e\#(twice)":2"#))
        }
      }
    }
  }

  /// All have the same length, first and last bytes, and so the same fingerprint.
  @Test func A16_namesThatWereChosenToMeetAreToldApart() throws {
    for count in [20, 32, 33, 40, 5000] {
      let names = (0..<count).map { "same" + String(100_000 + $0) + "same" }
      #expect(try JSONDocument.parse(object(names)).root.count == count)
      #expect(throws: JSONError.self) { try JSONDocument.parse(object(names, ",\"\(names[count / 2])\":2")) }
    }
  }

  @Test func theSameNameMayStandInDifferentObjects() throws {
    let text: ByteString = #"{"a":{"a":{"a":[{"a":1},{"a":2}]}},"b":{"a":3}}"#
    #expect(try JSONDocument.parse(text).root.serialized() == text)
  }

  @Test func elementsAreFoundBehindOthersThatHoldSome() throws {
    let root = try JSONDocument.parse(#"[[1,2,[3]],{"k":[4]},"x",[],{},5]"#).root
    #expect(root.count == 6 && root.element(2)?.string == "x" && root.element(5)?.integer == 5)
    #expect(root.element(3)?.count == 0 && root.element(4)?.kind == .object && root.element(6) == nil)
    #expect(root.element(0)?.element(2)?.element(0)?.integer == 3)
    #expect(root.serialized() == #"[[1,2,[3]],{"k":[4]},"x",[],{},5]"#)
  }

  @Test func aDeepTextNeedsNoStack() throws {
    let depth = 100_000
    let text = ByteString([UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth))
    let root = try JSONDocument.parse(text, maxDepth: depth).root
    #expect(root.serialized() == text)
  }

  @Test func aDocumentKnowsWhatItTakes() throws {
    let small = try JSONDocument.parse("{}").root.documentByteCount
    let large = try JSONDocument.parse(object((0..<1000).map { "n\($0)" })).root.documentByteCount
    #expect(small > 0 && large > 2000 * 16 && large < 2000 * 16 * 2 + 20_000)
  }
}
