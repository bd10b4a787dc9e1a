import JSON
import Support

/// A compact JWS (RFC 7515) whose form is right and of whose content nothing is known to be true. Immutable, any thread.
///
/// It holds one copy of the token and the decoded parts. The only ways on are `verify` and, to find out whose keys to
/// verify with, `claims`.
public final class UnverifiedToken: Sendable {
  /// The whole token as it was sent. A secret.
  public let text: BorrowedText
  public let header: JOSEHeader
  /// The decoded payload: bytes that anybody may have written. (The signature is kept behind it.)
  public let payload: BorrowedText

  /// Whether the header was known from a token that was verified.
  let isHeaderCached: Bool
  let signingInputCount: Int

  public static let defaultMaxBytes = 16 * 1024

  /// Names and values in a header or payload, of 16 bytes each: with a copy of the text that makes 32 KiB for the largest of
  /// tokens.
  static let maxEntries = 1150

  /// TOKEN_MALFORMED for one that is too long to be looked at, or to be copied.
  public static func check(byteCount: Int, maxBytes: Int = defaultMaxBytes) throws(AuthError) {
    guard byteCount > maxBytes else { return }
    throw AuthError(
      .tokenMalformed,
      "the token has \(byteCount) bytes, more than the \(maxBytes) accepted; make the provider put less into it, such as "
        + "fewer groups or roles")
  }

  private init(
    text: BorrowedText, header: JOSEHeader, isHeaderCached: Bool, payload: BorrowedText, signingInputCount: Int
  ) {
    self.text = text
    self.header = header
    self.isHeaderCached = isHeaderCached
    self.payload = payload
    self.signingInputCount = signingInputCount
  }

  /// Checks size and form, then reads the header. TOKEN_MALFORMED, TOKEN_ENCRYPTED or ALGORITHM_NOT_ALLOWED (an
  /// algorithm that is unknown; whether the issuer may use this one is for the caller to ask). `token` is copied. A header
  /// that is in `known` is not read again.
  public convenience init(
    parsing token: UnsafeRawBufferPointer, maxBytes: Int = defaultMaxBytes, cache: borrowing HeaderCache? = nil
  ) throws(AuthError) {
    let form = try CompactSerialization(token, maxBytes: maxBytes)
    let segment = UnsafeRawBufferPointer(rebasing: token.prefix(form.headerEnd))
    let cachedHeader = cache?.find(segment)
    let header: JOSEHeader
    if let cachedHeader { header = cachedHeader } else { header = try JOSEHeader(segment: segment) }
    if form.payloadEnd &+ 1 >= token.count {
      throw AuthError(.tokenMalformed, "the token's signature is empty: it is not signed")
    }
    let payload = UnsafeRawBufferPointer(rebasing: token[form.headerEnd &+ 1..<form.payloadEnd])
    let signature = UnsafeRawBufferPointer(rebasing: token[form.payloadEnd &+ 1..<token.count])
    let decoded = try BorrowedText(
      byteCount: Base64URL.decodedCount(payload.count), behind: Base64URL.decodedCount(signature.count)
    ) { (decodedPayload, decodedSignature) throws(AuthError) in
      try decoding("payload") { () throws(Base64URL.Fault) in try Base64URL.decode(payload, into: decodedPayload) }
      try decoding("signature") { () throws(Base64URL.Fault) in try Base64URL.decode(signature, into: decodedSignature)
      }
    }
    self.init(
      text: BorrowedText(token), header: header, isHeaderCached: cachedHeader != nil, payload: decoded,
      signingInputCount: form.payloadEnd)
  }

  public convenience init(parsing token: ByteString, maxBytes: Int = defaultMaxBytes) throws(AuthError) {
    let text = token.withUnsafeBytes { BorrowedText($0) }
    defer { withExtendedLifetime(text) {} }
    try self.init(parsing: text.bytes, maxBytes: maxBytes)
  }
}

/// TOKEN_MALFORMED, naming the `part` that is not base64url.
func decoding<Result>(
  _ part: StaticString, _ decode: () throws(Base64URL.Fault) -> Result
) throws(AuthError) -> Result {
  do throws(Base64URL.Fault) {
    return try decode()
  } catch {
    throw AuthError(.tokenMalformed, "the token's \(part) is not base64url: \(error.description)")
  }
}
