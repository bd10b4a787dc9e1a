import Support

/// For how long an answer says that it may be used, in milliseconds within the policy's bounds (RFC 9111 section 4.2):
/// Cache-Control max-age, else Expires against the answer's own Date, in both cases less its Age; else the default.
/// Its own clock is never asked, as it may be wrong. `held` is what was said before of a document that the answer confirms
/// (304), for which it goes on holding (RFC 9111 section 4.3.4).
func lifetime(of response: FetchResponse, policy: RefreshPolicy, held: Int64? = nil) -> Int64 {
  guard let stated = statedSeconds(response) else { return held ?? policy.defaultLifetime }
  let age = response.field("age").flatMap { seconds($0) } ?? 0
  let milliseconds = min(max(stated &- age, 0), 1 << 40) &* 1_000
  return min(max(milliseconds, policy.cooldown), policy.longestLifetime)
}

/// For how long the server asks to be left alone (RFC 9110 section 10.2.3), in milliseconds; 0 where it does not say. A date
/// is read against the answer's own.
func retryAfter(_ response: FetchResponse) -> Int64 {
  guard let stated = response.field("retry-after") else { return 0 }
  if let delay = seconds(stated) { return delay &* 1_000 }
  guard let end = httpDate(stated), let start = response.field("date").flatMap(httpDate) else { return 0 }
  return min(max(end &- start, 0), 1 << 31) &* 1_000
}

private func statedSeconds(_ response: FetchResponse) -> Int64? {
  if let control = response.field("cache-control") {
    if let said = maxAge(control) { return said }
  }
  guard let expires = response.field("expires") else { return nil }
  // RFC 9111 section 5.3: an invalid date means already expired.
  guard let end = httpDate(expires) else { return 0 }
  guard let start = response.field("date").flatMap(httpDate) else { return nil }
  return end &- start
}

/// 0 for no-store and no-cache, which bounds turn into the shortest time.
private func maxAge(_ control: ByteString) -> Int64? {
  var found: Int64?
  for directive in control.split(separator: UInt8(ascii: ",")) {
    let text = trimmed(directive).lowercased
    if text == "no-store" || text == "no-cache" { return 0 }
    if text.hasPrefix("max-age="), found == nil { found = seconds(unquoted(text.dropFirst(8))) ?? 0 }
  }
  return found
}

/// delta-seconds (RFC 9111 section 1.2.2); what is too large to matter counts as 2^31.
private func seconds(_ digits: ByteString) -> Int64? { trimmed(digits).decimal.map { min($0, 1 << 31) } }

private func trimmed(_ text: ByteString) -> ByteString {
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  guard let start = text.bytes.firstIndex(where: { !isBlank($0) }) else { return "" }
  let end = text.bytes.lastIndex { !isBlank($0) } ?? start
  return text.prefix(end &+ 1).dropFirst(start)
}

private func unquoted(_ text: ByteString) -> ByteString {
  text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? text.dropFirst(1).dropLast(1) : text
}
