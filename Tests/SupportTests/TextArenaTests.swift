import Support
import Testing

@Test func textsInAnArenaEndWithNUL() throws {
  var builder = TextArena.Builder()
  let empty = builder.add("")
  let word = builder.add("word")
  let arena = TextArena(builder)
  let base = try #require(arena.text(word).baseAddress)
  #expect(ByteString(arena.text(word)) == "word")
  #expect(base.load(fromByteOffset: 4, as: UInt8.self) == 0)
  #expect(arena.text(empty).count == 0)
  #expect(arena.text(empty).baseAddress?.load(as: UInt8.self) == 0)
}
