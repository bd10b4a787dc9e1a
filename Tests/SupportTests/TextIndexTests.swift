import Support
import Testing

@Suite struct TextIndexTests {
  @Test func eachTextIsThereOnceAtThePlaceItCameTo() {
    var index = TextIndex(["a", "b", "a"])
    #expect(index.count == 2 && index.index(of: "a") == 0 && index.index(of: "b") == 1 && index.index(of: "") == nil)
    let isNew = index.insert("")
    let isNewAgain = index.insert("")
    #expect(isNew && !isNewAgain && index.index(of: "") == 2)
    for number in 0..<1000 { index.insert(ByteString("n\(number)")) }
    #expect(index.count == 1003)
    #expect((0..<1000).allSatisfy { index.index(of: ByteString("n\($0)")) == $0 + 3 })
  }

  @Test func A31_textsOfOtherBytesAreOtherTexts() {
    let index = TextIndex(["\u{e9}"])
    #expect(index.contains("\u{e9}") && !index.contains("e\u{301}"))
  }

  @Test func aListGrowsOrIsReplacedAndOthersStay() {
    var lists = TextLists()
    #expect(lists.isEmpty && lists["a"] == [])
    lists.add("1", to: "a")
    lists.add("2", to: "b")
    lists.add("3", to: "a")
    #expect(lists["a"] == ["1", "3"] && lists["b"] == ["2"] && lists["c"] == [] && lists.count == 2)
    lists.set(["4"], for: "a")
    lists.set(["5"], for: "c")
    #expect(lists["a"] == ["4"] && lists["b"] == ["2"] && lists["c"] == ["5"] && lists.count == 3)
  }
}
