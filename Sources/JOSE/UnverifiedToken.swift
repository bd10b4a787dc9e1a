import JSON
import Support

/// A compact JWS (RFC 7515) whose form is right and of whose content nothing is known to be true.
///
/// It holds one copy of the token and the decoded parts. The only ways on are `verify` and, to find out whose keys to
/// verify with, `claims`.
public struct UnverifiedToken: Sendable {
  /// In one object, as the token is handed on several times on its way.
  private let parts: Parts

  /// The whole token as it was sent. A secret.
  public var text: LentText { parts.text }
  public var header: JOSEHeader { parts.header.header }
  /// The header's JSON text, for what needs members that `JOSEHeader` leaves alone (a DPoP proof's `jwk`).
  public var headerJSON: [UInt8] { parts.header.json }
  /// The decoded payload: bytes that anybody may have written.
  public var payload: [UInt8] { parts.payload }

  /// Whether the header was known from a token that was verified.
  var hasKnownHeader: Bool { parts.hasKnownHeader }
  var readHeader: ReadHeader { parts.header }
  var signature: [UInt8] { parts.signature }
  var signingInputCount: Int { parts.signingInputCount }

  public static let defaultMaxBytes = 16 * 1024

  /// Checks size and form, then reads the header. TOKEN_MALFORMED, TOKEN_ENCRYPTED or ALGORITHM_NOT_ALLOWED (an
  /// algorithm that is unknown; whether the issuer may use this one is for the caller to ask). `token` is copied. A header
  /// that is in `known` is not read again.
  public init(
    parsing token: UnsafeRawBufferPointer, maxBytes: Int = defaultMaxBytes, known: HeaderCache? = nil
  ) throws(Failure) {
    let form = try CompactSerialization(token, maxBytes: maxBytes)
    let segment = UnsafeRawBufferPointer(rebasing: token.prefix(form.headerEnd))
    let knownHeader = known?.find(segment)
    let header: ReadHeader
    if let knownHeader { header = knownHeader } else { header = try Self.read(segment) }
    if form.payloadEnd &+ 1 >= token.count {
      throw Failure(.tokenMalformed, "the token's signature is empty: it is not signed")
    }
    parts = Parts(
      text: LentText(token), header: header,
      payload: try UnverifiedToken.decode(token, form.headerEnd &+ 1..<form.payloadEnd, "payload"),
      hasKnownHeader: knownHeader != nil,
      signature: try UnverifiedToken.decode(token, form.payloadEnd &+ 1..<token.count, "signature"),
      signingInputCount: form.payloadEnd)
  }

  private static func read(_ segment: UnsafeRawBufferPointer) throws(Failure) -> ReadHeader {
    let json = try decode(segment, 0..<segment.count, "header")
    let header = try json.withUnsafeBytesTyped { (json) throws(Failure) -> JOSEHeader in try JOSEHeader(json: json) }
    return ReadHeader(segment: Array(segment), json: json, header: header)
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

private final class Parts: Sendable {
  let text: LentText
  let header: ReadHeader
  let payload: [UInt8]
  let hasKnownHeader: Bool
  let signature: [UInt8]
  let signingInputCount: Int

  init(
    text: LentText, header: ReadHeader, payload: [UInt8], hasKnownHeader: Bool,
    signature: [UInt8], signingInputCount: Int
  ) {
    self.text = text
    self.header = header
    self.payload = payload
    self.hasKnownHeader = hasKnownHeader
    self.signature = signature
    self.signingInputCount = signingInputCount
  }
}
