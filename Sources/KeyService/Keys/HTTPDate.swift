import Support

/// Seconds since 1970 of an IMF-fixdate such as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), the one form
/// that may be sent; nil for anything else.
func httpDate(_ text: ByteString) -> Int64? {
  func number(_ start: Int, _ count: Int) -> Int64? { text.dropFirst(start).prefix(count).decimal }
  guard text.count == 29, text.hasSuffix(" GMT"), text.dropFirst(3).hasPrefix(",") else { return nil }
  let name = text.dropFirst(8).prefix(3)
  let months: [StaticString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  guard
    let month = months.firstIndex(where: { name == $0 }), let day = number(5, 2), let year = number(12, 4),
    let hour = number(17, 2), let minute = number(20, 2), let second = number(23, 2),
    (1...31).contains(day), year >= 1970, hour < 24, minute < 60, second <= 60
  else { return nil }
  return days(year: year, month: Int64(month) + 1, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
}

/// Days from 1970-01-01 in the Gregorian calendar. The year begins in March, so that a leap day ends it.
private func days(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shifted = month > 2 ? year : year - 1
  let monthFromMarch = (month + 9) % 12
  let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
  return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
}
