import Support

/// Seconds since 1970 of an IMF-fixdate such as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), the one form
/// that may be sent; nil for anything else.
func httpDate(_ text: ByteString) -> Int64? {
  let bytes = text.bytes
  guard bytes.count == 29, text.hasSuffix(" GMT"), bytes[3] == UInt8(ascii: ",") else { return nil }
  let months: [ByteString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  guard
    let month = months.firstIndex(of: ByteString(bytes[8..<11])), let day = number(bytes[5..<7]),
    let year = number(bytes[12..<16]), let hour = number(bytes[17..<19]), let minute = number(bytes[20..<22]),
    let second = number(bytes[23..<25]), (1...31).contains(day), year >= 1970, hour < 24, minute < 60, second <= 60
  else { return nil }
  return days(year: year, month: Int64(month) + 1, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
}

private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
  guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }  // four digits at most
}

/// Days from 1970-01-01 in the Gregorian calendar. The year begins in March, so that a leap day ends it.
private func days(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shifted = month > 2 ? year : year - 1
  let monthFromMarch = (month + 9) % 12
  let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
  return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
}
