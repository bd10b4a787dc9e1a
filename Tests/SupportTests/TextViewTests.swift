import Support
import Testing

private func withView<Result>(_ text: ByteString, _ body: (TextView) -> Result) -> Result {
  text.withUnsafeBytes { body(TextView($0)) }
}

/// Few are looked for in another way than many.
@Test(arguments: [0, 1, 8, 9, 100])
func aSetOfTextsHasThoseItWasMadeOf(count: Int) {
  let texts = (0..<count).map { ByteString("https://mcp.example/\($0)") }
  let set = TextIndex(texts + texts)
  for text in texts {
    #expect(withView(text) { set.contains($0) })
    for other in [text + "/", text.dropLast(1), text.dropFirst(1), ByteString(text.bytes.map { $0 ^ 0x20 })] {
      #expect(withView(other) { set.contains($0) } == texts.contains(other))
    }
  }
  #expect(!withView("") { set.contains($0) } && !withView("x") { set.contains($0) })
}

@Test func viewsAreEqualWhenEveryByteIs() {
  // The same to String: a letter with an accent, and the letter followed by the accent.
  let composed: ByteString = "caf\u{e9}"
  let decomposed: ByteString = "cafe\u{301}"
  #expect(withView(composed) { $0 == composed && !($0 == decomposed) })
  withView(composed) { one in withView(decomposed) { #expect(one != $0) } }
  withView(composed) { one in withView(ByteString(composed.bytes)) { #expect(one == $0) } }
  "hello".withCString { #expect(TextView(cString: $0) == ByteString("hello")) }
}
