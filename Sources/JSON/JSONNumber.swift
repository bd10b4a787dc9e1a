import CSystem

/// The grammar of numbers (RFC 8259 section 6) and what they stand for. A number keeps its spelling, and is worked out only
/// where somebody asks: one that is beyond all types harms nobody who does not.

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

/// Where the number at `at` ends, 0 where it is none, and whether it is spelled without a fraction and an exponent.
@inline(__always)
func scanNumber(_ text: JSONText, _ start: Int) -> (end: Int, isInteger: Bool) {
  var at = start
  var isInteger = true
  if text[at] == UInt8(ascii: "-") { at &+= 1 }
  guard isDigit(text[at]) else { return (0, false) }
  if text[at] == UInt8(ascii: "0") {
    at &+= 1
    if isDigit(text[at]) { return (0, false) }
  } else {
    at = endOfDigits(text, at)
  }
  if text[at] == UInt8(ascii: ".") {
    isInteger = false
    at &+= 1
    guard isDigit(text[at]) else { return (0, false) }
    at = endOfDigits(text, at)
  }
  if text[at] | 0x20 == UInt8(ascii: "e") {
    isInteger = false
    at &+= 1
    if text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") { at &+= 1 }
    guard isDigit(text[at]) else { return (0, false) }
    at = endOfDigits(text, at)
  }
  return (at, isInteger)
}

@inline(__always)
private func endOfDigits(_ text: JSONText, _ start: Int) -> Int {
  var at = start
  while isDigit(text[at]) { at &+= 1 }
  return at
}

/// The integer these characters spell; nil beyond 64 bits.
func exactInteger(_ characters: UnsafeRawBufferPointer) -> Int64? {
  let isNegative = characters.first == UInt8(ascii: "-")
  let digits = UnsafeRawBufferPointer(rebasing: characters[(isNegative ? 1 : 0)...])
  var number: Int64 = 0
  // So many fit.
  if digits.count <= 18 {
    for digit in digits { number = number &* 10 &+ Int64(digit &- 0x30) }
    return isNegative ? 0 &- number : number
  }
  for character in digits {
    // Below zero, as there is one number more on that side.
    let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
    let (sum, isBeyond) = tenfold.subtractingReportingOverflow(Int64(character &- 0x30))
    if isTooLarge || isBeyond { return nil }
    number = sum
  }
  if isNegative { return number }
  let (positive, isBeyond) = Int64(0).subtractingReportingOverflow(number)
  return isBeyond ? nil : positive
}

/// The nearest double to what these characters spell, a JSON number behind which another character stands or a NUL byte;
/// nil where that is infinite. glibc rounds correctly, and asks no locale where it is given the C one.
func nearestDouble(_ characters: UnsafeRawBufferPointer) -> Double? {
  guard let start = characters.baseAddress, let locale = newlocale(allCategories, "C", nil) else { return nil }
  let number = strtod_l(start.assumingMemoryBound(to: CChar.self), nil, locale)
  return number.isFinite ? number : nil
}

/// LC_ALL_MASK, a macro that Swift cannot import. glibc has the C locale at hand and allocates nothing for it.
private let allCategories: CInt = 0x1FBF
