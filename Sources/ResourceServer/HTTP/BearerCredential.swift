import Support

/// The one bearer token of a request, out of its Authorization header fields (RFC 6750 section 2.1, RFC 9110
/// section 11.4, attack A36). Tokens in a query string or a body are never looked at.
public struct BearerCredential {
  /// The token68 after "Bearer"; borrowed from the header field.
  public let token: UnsafeRawBufferPointer

  /// `field` is the value of the first Authorization header field, `count` the number of them.
  public init(field: UnsafeRawBufferPointer?, count: Int) throws(AuthError) {
    guard let field, count > 0 else {
      throw AuthError(
        .missingAuthHeader, "the request has no Authorization header; send \"Authorization: Bearer <token>\"")
    }
    guard count == 1 else {
      throw AuthError(
        .ambiguousCredentials,
        "the request has \(count) Authorization headers; a client sends exactly one (a proxy may have added one)")
    }
    let value = withoutBlanks(field)
    let schemeLength = value.prefix { isTokenCharacter($0) }.count
    let scheme = UnsafeRawBufferPointer(rebasing: value.prefix(schemeLength))
    let rest = UnsafeRawBufferPointer(rebasing: value.dropFirst(schemeLength))
    guard isBearer(scheme) else { throw Self.otherScheme(scheme, rest) }
    guard !rest.isEmpty else {
      throw AuthError(.missingBearerToken, "the Authorization header says Bearer and no token follows")
    }
    let credential = UnsafeRawBufferPointer(rebasing: rest.drop { $0 == UInt8(ascii: " ") })
    guard rest.first == UInt8(ascii: " "), isToken68(credential) else {
      if beginsWithScheme(credential) {
        throw AuthError(
          .ambiguousCredentials,
          "the Authorization header says Bearer twice; the client, or the proxy that adds the header, has to send \"Bearer "
            + "<token>\" once")
      }
      if credential.first == UInt8(ascii: "\"") {
        throw AuthError(
          .ambiguousCredentials, "the token in the Authorization header is in quotes; the client has to send it without"
        )
      }
      throw AuthError(
        .ambiguousCredentials,
        "what follows Bearer in the Authorization header is not one token: one or more spaces, then letters, digits "
          + "and -._~+/ with = at the end only (RFC 6750 section 2.1)")
    }
    token = credential
  }

  /// What `init` would make the token of a field, had it nothing against it. Not checked at all, so it is good for one
  /// thing: to be compared with a token that was.
  static func unchecked(in field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let field = withoutBlanks(field)
    let end = field.count
    var start = min(bearerLength, end)
    guard isBearer(UnsafeRawBufferPointer(rebasing: field[..<start])), start < end, field[start] == UInt8(ascii: " ")
    else {
      return nil
    }
    while start < end, field[start] == UInt8(ascii: " ") { start &+= 1 }
    return UnsafeRawBufferPointer(rebasing: field[start..<end])
  }

  private static func otherScheme(_ scheme: UnsafeRawBufferPointer, _ rest: UnsafeRawBufferPointer) -> AuthError {
    if hasSecondScheme(rest) {
      return AuthError(
        .ambiguousCredentials, "the Authorization header holds credentials of more than one scheme; send one, Bearer")
    }
    // One word alone, or a long one, may be a token that somebody sent without its scheme: it is not shown.
    let isScheme = (1...longestShownScheme).contains(scheme.count) && rest.first == UInt8(ascii: " ")
    let shown: Diagnostic = isScheme ? "scheme \(quoted(ByteString(scheme)))" : "no scheme"
    return AuthError(.invalidAuthHeader, "the Authorization header has \(shown); this server takes \"Bearer <token>\"")
  }
}

/// Of the registered ones, SCRAM-SHA-256 and the like are the longest.
private let longestShownScheme = 16

private let bearerLength = 6

/// "bearer" without regard to case. Bit 5 is what sets the cases of a letter apart, and no byte but a letter's two
/// becomes that letter by it.
private func isBearer(_ scheme: UnsafeRawBufferPointer) -> Bool {
  let expected: StaticString = "bearer"
  guard scheme.count == bearerLength else { return false }
  return (0..<bearerLength).allSatisfy { scheme[$0] | 0x20 == UInt8(bitPattern: expected.cString[$0]) }
}

/// "Bearer" and a blank.
private func beginsWithScheme(_ text: UnsafeRawBufferPointer) -> Bool {
  text.count > bearerLength && isBearer(UnsafeRawBufferPointer(rebasing: text.prefix(bearerLength)))
    && isFieldBlank(text[bearerLength])
}

/// After a comma outside quotes, a word that is followed by a space and not by "=": another scheme's credentials.
private func hasSecondScheme(_ text: UnsafeRawBufferPointer) -> Bool {
  var inQuotes = false
  var index = 0
  while index < text.count {
    let byte = text[index]
    index += 1
    if byte == UInt8(ascii: "\\"), inQuotes { index += 1 }
    if byte == UInt8(ascii: "\"") { inQuotes.toggle() }
    guard byte == UInt8(ascii: ","), !inQuotes else { continue }
    let after = text.dropFirst(index).drop { $0 == 0x20 || $0 == 0x09 }
    let behindWord = after.drop { isTokenCharacter($0) }
    guard behindWord.count < after.count else { continue }
    let behindSpaces = behindWord.drop { $0 == 0x20 }
    if behindSpaces.count < behindWord.count, behindSpaces.first != UInt8(ascii: "="), !behindSpaces.isEmpty {
      return true
    }
  }
  return false
}

/// tchar of RFC 9110 section 5.6.2.
func isTokenCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
  case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
    UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
    UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
    return true
  default: return false
  }
}

/// token68 of RFC 9110 section 11.2.
private func isToken68(_ text: UnsafeRawBufferPointer) -> Bool {
  let body = text.prefix { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"),
      UInt8(ascii: "/"):
      return true
    default: return false
    }
  }
  return !body.isEmpty && text.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
}
