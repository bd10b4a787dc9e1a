import JSON
import Support

/// A compact JWS (RFC 7515) whose form is right and of whose content nothing is known to be true.
///
/// It holds one copy of the token and the decoded parts. The only ways on are `verify` and, to find out whose keys to
/// verify with, `claims`.
public struct UnverifiedToken: Sendable {
  /// The whole token as it was sent. A secret.
  public let text: ByteString
  public let header: JOSEHeader
  /// The header's JSON text, for what needs members that `JOSEHeader` leaves alone (a DPoP proof's `jwk`).
  public let headerJSON: [UInt8]
  /// The decoded payload: bytes that anybody may have written.
  public let payload: [UInt8]

  /// Whether the header was known from a token that was verified.
  let hasKnownHeader: Bool
  let signature: [UInt8]
  let signingInputCount: Int

  public static let defaultMaxBytes = 16 * 1024

  /// Checks size and form, then reads the header. TOKEN_MALFORMED, TOKEN_ENCRYPTED or ALGORITHM_NOT_ALLOWED (an
  /// algorithm that is unknown; whether the issuer may use this one is for the caller to ask). `token` is copied. A header
  /// that is in `known` is not read again.
  public init(
    parsing token: UnsafeRawBufferPointer, maxBytes: Int = defaultMaxBytes, known: HeaderCache? = nil
  ) throws(Failure) {
    let parts = try CompactSerialization(token, maxBytes: maxBytes)
    if let found = known?.find(UnsafeRawBufferPointer(rebasing: token.prefix(parts.headerEnd))) {
      (header, headerJSON) = found
      hasKnownHeader = true
    } else {
      headerJSON = try UnverifiedToken.decode(token, 0..<parts.headerEnd, "header")
      header = try headerJSON.withUnsafeBytesTyped { (json) throws(Failure) -> JOSEHeader in try JOSEHeader(json: json) }
      hasKnownHeader = false
    }
    if parts.payloadEnd &+ 1 >= token.count {
      throw Failure(.tokenMalformed, "the token's signature is empty: it is not signed")
    }
    payload = try UnverifiedToken.decode(token, parts.headerEnd &+ 1..<parts.payloadEnd, "payload")
    signature = try UnverifiedToken.decode(token, parts.payloadEnd &+ 1..<token.count, "signature")
    signingInputCount = parts.payloadEnd
    text = ByteString(token)
  }

  public init(parsing token: ByteString, maxBytes: Int = defaultMaxBytes) throws(Failure) {
    self = try token.withUnsafeBytes { (bytes) throws(Failure) -> UnverifiedToken in
      try UnverifiedToken(parsing: bytes, maxBytes: maxBytes)
    }
  }

  private static func decode(
    _ token: UnsafeRawBufferPointer, _ range: Range<Int>, _ part: StaticString
  ) throws(Failure) -> [UInt8] {
    do throws(Base64URL.Fault) {
      return try Base64URL.decode(UnsafeRawBufferPointer(rebasing: token[range]))
    } catch {
      throw Failure(.tokenMalformed, "the token's \(part) is not base64url: \(error.description)")
    }
  }
}
