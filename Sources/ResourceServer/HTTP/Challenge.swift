import Support

/// The value of WWW-Authenticate (RFC 6750 section 3, RFC 9728 section 5.1).
///
/// It is made of fixed texts and of configured values, which were checked when they were configured; still every value is
/// escaped here, so that nothing can leave its quotes (attack A37).
struct Challenge {
  var error: StaticString?
  var description: StaticString?
  /// All scopes the operation needs, so that one step-up is enough.
  var scopes: [ByteString] = []
  var resourceMetadata: ByteString

  /// Servers and proxies take header fields up to some bound, 8 KiB all together in many: beyond it a 403 would become
  /// another's 502. Scopes that do not fit are left to the body.
  private static let longestValue = 4095

  var headerValue: ByteString {
    var parameters: [ByteString] = []
    if let error { parameters.append(parameter("error", ByteString(error))) }
    if let description { parameters.append(parameter("error_description", descriptionText(description))) }
    let metadata = parameter("resource_metadata", resourceMetadata)
    let value = "Bearer " + joined(parameters + [metadata], separator: ", ")
    let frame: StaticString = ", scope=\"\""
    let asked = scopes(fitting: Self.longestValue - value.count - frame.count)
    guard !asked.isEmpty else { return value }
    return "Bearer " + joined(parameters + [parameter("scope", asked), metadata], separator: ", ")
  }

  /// As many as fit, in their order. (A scope has no character in it that would have to be escaped.)
  private func scopes(fitting room: Int) -> ByteString {
    var text = ByteString()
    for scope in scopes {
      let longer = text.isEmpty ? scope : text + " " + scope
      guard longer.count <= room else { break }
      text = longer
    }
    return text
  }

  private func parameter(_ name: ByteString, _ value: ByteString) -> ByteString {
    var text = name + "=\""
    for byte in value.bytes where byte >= 0x20 && byte < 0x7F {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
      text.append(byte)
    }
    text.append(UInt8(ascii: "\""))
    return text
  }

  /// RFC 6750 section 3 allows no quote and no backslash in an error_description.
  private func descriptionText(_ text: StaticString) -> ByteString {
    ByteString(ByteString(text).bytes.map { $0 == UInt8(ascii: "\"") ? UInt8(ascii: "'") : $0 })
  }
}

func joined(_ texts: [ByteString], separator: ByteString) -> ByteString {
  var result = ByteString()
  for (index, text) in texts.enumerated() {
    if index > 0 { result.append(separator) }
    result.append(text)
  }
  return result
}
