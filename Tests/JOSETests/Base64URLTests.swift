import Support
import Testing

@testable import JOSE

@Suite struct Base64URLTests {
  @Test func everyLengthGoesThereAndBack() throws {
    var bytes: [UInt8] = []
    for count in 0..<300 {
      let text = Base64URL.encode(bytes)
      #expect(try Base64URL.decode(text) == bytes)
      #expect(text.count == (count * 4 + 2) / 3 && !text.bytes.contains(UInt8(ascii: "=")))
      bytes.append(UInt8(truncatingIfNeeded: count &* 151 &+ 7))
    }
    #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
  }

  /// Of all texts of two characters, and of three that begin with one of four, exactly one spells each byte sequence
  /// (RFC 4648 section 3.5).
  @Test func A30_spellingsAreUnique() {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let few = alphabet.suffix(4)
    var pairs = 0
    var triples = 0
    for first in alphabet {
      #expect(fault([first]) == .length)
      for second in alphabet {
        if fault([first, second]) == nil { pairs += 1 }
        for third in alphabet where few.contains(first) && fault([first, second, third]) == nil { triples += 1 }
      }
    }
    #expect(pairs == 256 && triples == 4096)
  }

  @Test func A30_onlyTheAlphabetIsAccepted() {
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    for byte in UInt8.min...UInt8.max {
      for position in 0..<4 {
        var text = Array("AAAA".utf8)
        text[position] = byte
        #expect((fault(text) == nil) == alphabet.contains(byte))
      }
    }
  }

  @Test func faultsSayWhatIsWrong() {
    #expect(fault("QQ==") == .padding && fault("QUI=") == .padding && fault("=") == .padding)
    #expect(fault("QQ\n") == .whiteSpace && fault(" QQ") == .whiteSpace && fault("Q Q") == .whiteSpace)
    #expect(fault("+/AA") == .standardAlphabet && fault("QQ?A") == .character && fault("QQ.A") == .character)
    #expect(fault("QQQQQ") == .length && fault("QR") == .unusedBits && fault("QUF") == .unusedBits)
    #expect(fault("") == nil && fault("QUJD") == nil)
  }

  private func fault(_ text: [UInt8]) -> Base64URL.Fault? { fault(ByteString(text)) }

  private func fault(_ text: ByteString) -> Base64URL.Fault? {
    do throws(Base64URL.Fault) {
      _ = try Base64URL.decode(text)
      return nil
    } catch {
      return error
    }
  }
}
