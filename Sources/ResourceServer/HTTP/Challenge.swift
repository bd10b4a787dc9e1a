import Support

/// The value of WWW-Authenticate (RFC 6750 section 3, RFC 9728 section 5.1).
///
/// It is made of fixed texts and of configured values, which were checked when they were configured; still every value is
/// escaped here, so that nothing can leave its quotes (attack A37).
struct Challenge {
  var error: Literal?
  var description: Literal?
  /// All scopes the operation needs, so that one step-up is enough.
  var scopes: [ByteString] = []
  var resourceMetadata: ByteString

  var headerValue: ByteString {
    var parameters: [ByteString] = []
    if let error { parameters.add(parameter("error", ByteString(error))) }
    if let description { parameters.add(parameter("error_description", descriptionText(description))) }
    if !scopes.isEmpty { parameters.add(parameter("scope", joined(scopes, separator: " "))) }
    parameters.add(parameter("resource_metadata", resourceMetadata))
    return "Bearer " + joined(parameters, separator: ", ")
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
  private func descriptionText(_ text: Literal) -> ByteString {
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
