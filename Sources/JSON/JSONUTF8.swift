// UTF-8 to the letter (RFC 3629): what is read, what escapes stand for, what is written as escapes.

extension JSONText {
  /// Where the characters of more than one byte that begin at `at` end; nil where they are not well-formed UTF-8 (RFC 3629
  /// section 4: no overlong form, no surrogate, nothing above U+10FFFF).
  func endOfLongCharacters(_ at: Int) -> Int? {
    var at = at
    while self[at] >= 0x80 {
      let length = longCharacter(at)
      if length == 0 { return nil }
      at &+= length
    }
    return at
  }

  /// How many bytes the character of several bytes at `at` has; 0 where it is none.
  @inline(__always)
  func longCharacter(_ at: Int) -> Int {
    let second = self[at &+ 1]
    switch start[at] {
    case 0xC2...0xDF: return isContinuation(second) ? 2 : 0
    case 0xE0: return second >= 0xA0 && isContinuation(second) && isContinuation(self[at &+ 2]) ? 3 : 0
    case 0xED: return second < 0xA0 && isContinuation(second) && isContinuation(self[at &+ 2]) ? 3 : 0
    case 0xE1...0xEF: return isContinuation(second) && isContinuation(self[at &+ 2]) ? 3 : 0
    case 0xF0...0xF4:
      let isInRange = start[at] == 0xF0 ? second >= 0x90 : start[at] < 0xF4 || second < 0x90
      return isInRange && isContinuation(second) && isContinuation(self[at &+ 2]) && isContinuation(self[at &+ 3])
        ? 4 : 0
    default: return 0
    }
  }

  @inline(__always)
  private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

/// The code point at `at`, a byte beyond ASCII, and how many bytes it has; nil where there is no well-formed UTF-8.
func codePoint(_ text: UnsafeRawBufferPointer, _ at: Int) -> (point: UInt32, length: Int)? {
  guard let start = text.baseAddress else { return nil }
  let input = JSONText(start: start.assumingMemoryBound(to: UInt8.self), count: text.count)
  let length = input.longCharacter(at)
  guard length > 0 else { return nil }
  // The first byte has as many leading ones as the character has bytes.
  var point = UInt32(input[at]) & (0x7F >> UInt32(length))
  for offset in 1..<length { point = point << 6 | UInt32(input[at &+ offset] & 0x3F) }
  return (point, length)
}

/// The bytes that stand for a code point, which is no surrogate; how many there are.
func writeUTF8(_ point: UInt32, to output: UnsafeMutablePointer<UInt8>) -> Int {
  func continuation(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: point >> shift & 0x3F) | 0x80 }
  if point < 0x80 {
    output[0] = UInt8(truncatingIfNeeded: point)
    return 1
  }
  if point < 0x800 {
    output[0] = UInt8(truncatingIfNeeded: point >> 6) | 0xC0
    output[1] = continuation(0)
    return 2
  }
  if point < 0x10000 {
    output[0] = UInt8(truncatingIfNeeded: point >> 12) | 0xE0
    output[1] = continuation(6)
    output[2] = continuation(0)
    return 3
  }
  output[0] = UInt8(truncatingIfNeeded: point >> 18) | 0xF0
  output[1] = continuation(12)
  output[2] = continuation(6)
  output[3] = continuation(0)
  return 4
}
