import JSON
import Support

/// A compact JWS (RFC 7515) whose form is right and of whose content nothing is known to be true. Immutable, any thread.
///
/// It holds one copy of the token and the decoded parts. The only ways on are `verify` and, to find out whose keys to
/// verify with, `claims`.
public final class UnverifiedToken: Sendable {
  /// The whole token as it was sent. A secret.
  public let text: LentText
  public let header: JOSEHeader
  /// The decoded payload: bytes that anybody may have written. (The signature is kept behind it.)
  public let payload: LentText

  /// Whether the header was known from a token that was verified.
  let hasKnownHeader: Bool
  let signingInputCount: Int

  public static let defaultMaxBytes = 16 * 1024

  private init(
    text: LentText, header: JOSEHeader, hasKnownHeader: Bool, payload: LentText, signingInputCount: Int
  ) {
    self.text = text
    self.header = header
    self.hasKnownHeader = hasKnownHeader
    self.payload = payload
    self.signingInputCount = signingInputCount
  }

  /// Checks size and form, then reads the header. TOKEN_MALFORMED, TOKEN_ENCRYPTED or ALGORITHM_NOT_ALLOWED (an
  /// algorithm that is unknown; whether the issuer may use this one is for the caller to ask). `token` is copied. A header
  /// that is in `known` is not read again.
  public convenience init(
    parsing token: UnsafeRawBufferPointer, maxBytes: Int = defaultMaxBytes, known: borrowing HeaderCache? = nil
  ) throws(Failure) {
    let form = try CompactSerialization(token, maxBytes: maxBytes)
    let segment = UnsafeRawBufferPointer(rebasing: token.prefix(form.headerEnd))
    let knownHeader = known?.find(segment)
    let header: JOSEHeader
    if let knownHeader { header = knownHeader } else { header = try JOSEHeader(segment: segment) }
    if form.payloadEnd &+ 1 >= token.count {
      throw Failure(.tokenMalformed, "the token's signature is empty: it is not signed")
    }
    let payload = UnsafeRawBufferPointer(rebasing: token[form.headerEnd &+ 1..<form.payloadEnd])
    let signature = UnsafeRawBufferPointer(rebasing: token[form.payloadEnd &+ 1..<token.count])
    let decoded = try LentText(
      byteCount: Base64URL.decodedCount(payload.count), behind: Base64URL.decodedCount(signature.count)
    ) { (decodedPayload, decodedSignature) throws(Failure) in
      try decoding("payload") { () throws(Base64URL.Fault) in try Base64URL.decode(payload, into: decodedPayload) }
      try decoding("signature") { () throws(Base64URL.Fault) in try Base64URL.decode(signature, into: decodedSignature)
      }
    }
    self.init(
      text: LentText(token), header: header, hasKnownHeader: knownHeader != nil, payload: decoded,
      signingInputCount: form.payloadEnd)
  }

  public convenience init(parsing token: ByteString, maxBytes: Int = defaultMaxBytes) throws(Failure) {
    let text = token.withUnsafeBytes { LentText($0) }
    defer { withExtendedLifetime(text) {} }
    try self.init(parsing: text.bytes, maxBytes: maxBytes)
  }
}

/// TOKEN_MALFORMED, naming the `part` that is not base64url.
func decoding<Result>(
  _ part: Literal, _ decode: () throws(Base64URL.Fault) -> Result
) throws(Failure) -> Result {
  do throws(Base64URL.Fault) {
    return try decode()
  } catch {
    throw Failure(.tokenMalformed, "the token's \(part) is not base64url: \(error.description)")
  }
}
