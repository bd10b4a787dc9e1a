import Support
import Testing

@testable import JSON

private let spelled: ByteString =
  #"{"\u006bey":"a\"\\\/\b\f\n\r\t\u00e9\u20AC\ud834\uDD1Ez","plain":"\#u{e9}x","":"empty name"}"#

private func check(_ root: JSONValue) {
  let decoded = ByteString("a\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{20ac}\u{1d11e}z")
  #expect(root.member("key")?.string == decoded)
  #expect(root.member("plain")?.string == "\u{e9}x")
  #expect(root.member(named: "")?.string == "empty name")
  #expect(root.member("\\u006bey") == nil)
}

@Suite struct JSONStringTests {
  @Test func escapesAreDecodedInADocumentsOwnCopy() throws { check(try JSONDocument.parse(spelled).root) }

  @Test func aBorrowedTextIsLeftAsItIs() throws {
    let before = spelled
    try spelled.withUnsafeBytes { (bytes) throws(JSONError) in
      check(try JSONDocument.borrow(bytes, maxDepth: 4, maxEntries: 20).root)
    }
    #expect(spelled == before)
  }

  @Test func stringsOfADocumentsOwnCopyEndWithNULForC() throws {
    let root = try JSONDocument.parse(spelled).root
    for name: ByteString in ["key", "plain", ""] {
      let text = try #require(root.member(named: name)?.text)
      #expect(text.bytes.baseAddress?.load(fromByteOffset: text.count, as: UInt8.self) == 0)
    }
  }

  @Test func NULIsReadWhereAMessageMayHoldIt() throws {
    let text = ByteString(#"["a\u0000b"]"#)
    try text.withUnsafeBytes { (bytes) throws(JSONError) in
      let root = try JSONDocument.borrow(bytes, maxDepth: 4, maxEntries: 20).root
      #expect(root.element(0)?.string == ByteString([0x61, 0, 0x62]))
    }
    #expect(throws: JSONError.self) { try JSONDocument.parse(text) }
  }

  /// Eight bytes are looked at together: each place of each special byte in them, and each end.
  @Test func whatEndsAPlainRunIsFoundAtEveryPlace() throws {
    for length in 0..<40 {
      let plain = [UInt8](repeating: 0x61, count: length)
      let quoted = ByteString([0x22] + plain + [0x22])
      #expect(try JSONDocument.parse(quoted).root.string == ByteString(plain))
      for place in 0..<length {
        for special: UInt8 in [0x00, 0x1F, 0x22, 0x5C, 0x80, 0xFF] {
          var bytes = plain
          bytes[place] = special
          #expect(throws: JSONError.self) { try JSONDocument.parse(ByteString([0x22] + bytes + [0x22])) }
        }
        for ordinary: UInt8 in [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F] {
          var bytes = plain
          bytes[place] = ordinary
          #expect(try JSONDocument.parse(ByteString([0x22] + bytes + [0x22])).root.string == ByteString(bytes))
        }
      }
    }
  }

  @Test func everyCodePointIsReadAndWritten() throws {
    for scalar in stride(from: UInt32(1), through: 0x10FFFF, by: 61) where !(0xD800...0xDFFF).contains(scalar) {
      let text = ByteString(String(Unicode.Scalar(scalar)!))
      var writer = JSONWriter()
      text.withUnsafeBytes { writer.write(string: $0) }
      #expect(try JSONDocument.parse(ByteString(writer.bytes)).root.string == text)
      if scalar >= 0x80 {
        #expect(try JSONDocument.parse(ByteString([0x22] + text.bytes + [0x22])).root.string == text)
      }
    }
  }

  @Test func whatIsWrittenIsHarmlessEverywhere() {
    var writer = JSONWriter()
    ByteString((UInt8(0)..<0x80).map { $0 } + ByteString("\u{7f}\u{85}\u{2028}\u{202e}\u{1f600}</script>&").bytes)
      .withUnsafeBytes { writer.write(string: $0) }
    #expect(!writer.hasFailed)
    for byte in writer.bytes {
      #expect((0x20...0x7E).contains(byte) && byte != 0x3C && byte != 0x3E && byte != 0x26)
    }
  }
}
