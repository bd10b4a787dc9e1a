import JSON
import Support

/// The protected header of a JWS (RFC 7515 section 4), as far as it may influence anything: `alg`, `kid` (or else the
/// thumbprints `x5t` and `x5t#S256`) and `typ`. `jwk`, `jku`, `x5u`, `x5c` and all others are never read: no token chooses
/// its own key (attack A5). Immutable.
public final class JOSEHeader: Sendable {
  /// As it stands in the token, in base64url.
  let segment: [UInt8]

  public let algorithm: Algorithm

  /// At most `JOSEHeader.maxKidBytes`; an identifier to compare with, and nothing else (attack A6). An empty one is a
  /// kid like any other: it names the key whose `kid` is empty.
  public let kid: ByteString?

  /// What names the key where there is no kid, as in the tokens of AD FS.
  public let thumbprints: CertificateThumbprints

  /// `typ` as it stands; media types compare without regard to case (RFC 7515 section 4.1.9).
  public let type: ByteString?

  /// Microsoft's mark of tokens for Microsoft Graph, whose signature nobody else can verify. Used for a message only.
  public let hasNonce: Bool

  public static let maxKidBytes = 256

  private init(
    segment: [UInt8], algorithm: Algorithm, kid: ByteString?, thumbprints: CertificateThumbprints, type: ByteString?,
    hasNonce: Bool
  ) {
    self.segment = segment
    self.algorithm = algorithm
    self.kid = kid
    self.thumbprints = thumbprints
    self.type = type
    self.hasNonce = hasNonce
  }

  /// Reads a token's first part. TOKEN_MALFORMED, TOKEN_ENCRYPTED or ALGORITHM_NOT_ALLOWED.
  convenience init(segment: UnsafeRawBufferPointer) throws(AuthError) {
    let json = try decoding("header") { () throws(Base64URL.Fault) in try Base64URL.decode(segment) }
    let header = try json.withUnsafeBytesTyped { (json) throws(AuthError) in try JOSEHeader.parse(json) }
    try JOSEHeader.refuseExtensions(header)
    let kid = try JOSEHeader.kid(header)
    let type = try JOSEHeader.type(header)
    self.init(
      segment: Array(segment), algorithm: try JOSEHeader.algorithm(header), kid: kid,
      thumbprints: kid == nil ? CertificateThumbprints(header) : .none, type: type,
      hasNonce: header.member("nonce") != nil)
  }

  func wasRead(from segment: UnsafeRawBufferPointer) -> Bool {
    self.segment.withUnsafeBytes { bytesEqual($0, segment) }
  }

  private static func parse(_ json: UnsafeRawBufferPointer) throws(AuthError) -> JSONValue {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument.parse(json, maxEntries: UnverifiedToken.maxEntries)
    } catch {
      throw error.failure(.tokenMalformed, "the token's header")
    }
    guard document.root.kind == .object else {
      throw AuthError(.tokenMalformed, "the token's header is JSON but no object (RFC 7515 section 4)")
    }
    return document.root
  }

  /// What would change the meaning of the token if it were understood, so that ignoring it is no option.
  private static func refuseExtensions(_ header: JSONValue) throws(AuthError) {
    if header.member("enc") != nil { throw AuthError.encryptedToken }
    if header.member("zip") != nil {
      throw AuthError(.tokenMalformed, "the token's header has \"zip\": compressed content is not accepted")
    }
    if header.member("crit") != nil {
      throw AuthError(
        .tokenMalformed,
        "the token's header has \"crit\" (RFC 7515 section 4.1.11), which demands extensions; none is supported")
    }
    if let encoded = header.member("b64"), encoded.bool != true {
      throw AuthError(
        .tokenMalformed,
        "the token's header has \"b64\" other than true: unencoded payloads (RFC 7797) are not accepted in tokens")
    }
  }

  private static func kid(_ header: JSONValue) throws(AuthError) -> ByteString? {
    guard let member = header.member("kid") else { return nil }
    guard let kid = member.string else {
      throw AuthError(.tokenMalformed, "the token's \"kid\" is no string (RFC 7515 section 4.1.4)")
    }
    if kid.count > maxKidBytes {
      throw AuthError(
        .tokenMalformed, "the token's \"kid\" has \(kid.count) bytes; at most \(maxKidBytes) are accepted")
    }
    return kid
  }

  private static func type(_ header: JSONValue) throws(AuthError) -> ByteString? {
    guard let member = header.member("typ") else { return nil }
    guard let type = member.string else {
      throw AuthError(.tokenMalformed, "the token's \"typ\" is no string (RFC 7515 section 4.1.9)")
    }
    return type
  }

  private static func algorithm(_ header: JSONValue) throws(AuthError) -> Algorithm {
    guard let member = header.member("alg") else {
      throw AuthError(.tokenMalformed, "the token's header has no \"alg\" (RFC 7515 section 4.1.1)")
    }
    guard let name = member.string else {
      throw AuthError(.tokenMalformed, "the token's \"alg\" is no string (RFC 7515 section 4.1.1)")
    }
    guard let algorithm = Algorithm(name: name) else { throw unknownAlgorithm(name) }
    return algorithm
  }

  private static func unknownAlgorithm(_ name: ByteString) -> AuthError {
    let lowered = name.bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    if ByteString(lowered) == "none" {
      return AuthError(.algorithmNotAllowed, "the token's \"alg\" is \(quoted(name)): it is not signed at all")
    }
    return AuthError(
      .algorithmNotAllowed,
      "the token's \"alg\" is \(quoted(name)), which is no signature algorithm known here; known are "
        + "\(AlgorithmSet(rawValue: ~0).names) (exact spelling)")
  }
}
