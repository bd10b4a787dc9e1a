import Support

/// Where the three parts of a compact JWS lie (RFC 7515 section 7.1), found without allocating anything: offsets into
/// the token's bytes. `0..<payloadEnd` is the signing input.
struct CompactSerialization {
  let headerEnd: Int
  let payloadEnd: Int

  /// Every refusal here is made before memory is spent on the token (attack A17).
  init(_ token: UnsafeRawBufferPointer, maxBytes: Int) throws(AuthError) {
    if token.isEmpty { throw AuthError(.tokenMalformed, "the token is empty") }
    if token.count > maxBytes {
      throw AuthError(
        .tokenMalformed,
        "the token has \(token.count) bytes, more than the \(maxBytes) accepted; make the provider put less into it, "
          + "such as fewer groups or roles")
    }
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
    case 0 where startsWithBearer(token):
      AuthError(.tokenMalformed, "the token begins with \"Bearer \"; pass what comes after it")
    case 0:
      AuthError(
        .tokenMalformed,
        "the token is no JWT but an opaque token, which only its issuer understands. Have clients ask for a token for "
          + "this API (resource or audience parameter) and set the API's audience at the provider, or verify such "
          + "tokens by introspection or a custom verifier")
    case 4: AuthError.encryptedToken
    default:
      AuthError(
        .tokenMalformed,
        "the token has \(dots > 4 ? "more than five" : "\(dots &+ 1)") parts; a signed token has exactly three, with "
          + "dots between them (RFC 7515 section 7.1)")
    }
  }

  private static func startsWithBearer(_ token: UnsafeRawBufferPointer) -> Bool {
    let scheme: Literal = "bearer "
    return token.count >= scheme.count && zip(token, scheme.bytes).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
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
