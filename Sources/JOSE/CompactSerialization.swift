import Support

/// Where the three parts of a compact JWS lie (RFC 7515 section 7.1), found without allocating anything: offsets into
/// the token's bytes. `0..<payloadEnd` is the signing input.
struct CompactSerialization {
  let headerEnd: Int
  let payloadEnd: Int

  /// Every refusal here is made before memory is spent on the token (attack A17).
  init(_ token: UnsafeRawBufferPointer, maxBytes: Int) throws(AuthError) {
    if token.isEmpty { throw AuthError(.tokenMalformed, "the token is empty") }
    try UnverifiedToken.check(byteCount: token.count, maxBytes: maxBytes)
    if let mistake = CompactSerialization.mistakeOfCopying(token) { throw AuthError(.tokenMalformed, mistake) }
    if token.first == UInt8(ascii: "{") {
      throw AuthError(
        .tokenMalformed,
        "the token is in JSON serialization (RFC 7515 section 7.2); an access token is sent in compact serialization: "
          + "three parts with dots between them")
    }
    var dots = 0
    var first = 0
    var second = 0
    var next = offset(of: UInt8(ascii: "."), in: token)
    while let dot = next, dots <= 4 {
      dots &+= 1
      if dots == 1 { first = dot }
      if dots == 2 { second = dot }
      next = offset(of: UInt8(ascii: "."), in: token, from: dot &+ 1)
    }
    guard dots == 2 else { throw CompactSerialization.wrongPartCount(dots, token) }
    headerEnd = first
    payloadEnd = second
  }

  private static func wrongPartCount(_ dots: Int, _ token: UnsafeRawBufferPointer) -> AuthError {
    switch dots {
    case 0: AuthError(.tokenMalformed, opaque)
    case 4: AuthError.encryptedToken
    default:
      AuthError(
        .tokenMalformed,
        "the token has \(dots > 4 ? "more than five" : "\(dots &+ 1)") parts; a signed token has exactly three, with "
          + "dots between them (RFC 7515 section 7.1)")
    }
  }

  private static var opaque: Diagnostic {
    "the token is no JWT but an opaque token, which only its issuer understands. Have clients ask for a token for "
      + "this API (resource or audience parameter) and set the API's audience at the provider, or verify such "
      + "tokens by introspection or a custom verifier"
  }

  /// What is seen at the ends of what was copied from elsewhere; nil for all that may be a token.
  private static func mistakeOfCopying(_ token: UnsafeRawBufferPointer) -> Diagnostic? {
    guard let first = token.first, let last = token.last else { return nil }
    if isBlank(first) || isBlank(last) {
      return "the token is not base64url: there is white space in front of or behind it; pass it without"
    }
    switch first | 0x20 {
    case UInt8(ascii: "\"") | 0x20, UInt8(ascii: "'") | 0x20: return "the token is in quotes; pass it without"
    case UInt8(ascii: "b") where begins(token, with: "bearer "):
      return "the token begins with \"Bearer \"; pass what comes after it"
    case UInt8(ascii: "a") where begins(token, with: "authorization:"):
      return "the token begins with \"Authorization: \"; pass what comes after \"Bearer \""
    case UInt8(ascii: "y") where begins(token, with: "ya29."): return opaque  // Google's, which may have dots in it
    default: return nil
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static func begins(_ token: UnsafeRawBufferPointer, with prefix: StaticString) -> Bool {
    token.count >= prefix.count && zip(token, prefix.bytes).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
  }
}

extension AuthError {
  /// Five parts, or a header with `enc`: RFC 7516.
  static var encryptedToken: AuthError {
    AuthError(
      .tokenEncrypted,
      "the token is encrypted (JWE, RFC 7516), which only its addressee can read: set the API's audience at the "
        + "provider so that it issues a signed one")
  }
}
