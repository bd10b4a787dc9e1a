import JSON
import Support

/// The names of a key by its certificate: x5t and x5t#S256 of a header (RFC 7515 sections 4.1.7 and 4.1.8) or of a JWK
/// (RFC 7517 sections 4.8 and 4.9). They are compared as they are spelled and mean nothing else, as a kid does: no
/// certificate is read.
public struct CertificateThumbprints: Sendable {
  let sha1, sha256: ByteString?

  public static var none: CertificateThumbprints { CertificateThumbprints(sha1: nil, sha256: nil) }

  private static let longest = 128

  private init(sha1: ByteString?, sha256: ByteString?) {
    self.sha1 = sha1
    self.sha256 = sha256
  }

  /// What is no string, or is absurd, names nothing.
  init(_ object: JSONValue) {
    func name(_ member: JSONValue?) -> ByteString? {
      guard let text = member?.text, !text.isEmpty, text.count <= Self.longest else { return nil }
      return ByteString(text)
    }
    self.init(sha1: name(object.member("x5t")), sha256: name(object.member("x5t#S256")))
  }

  /// Whether `other` has all of these.
  func isPart(of other: CertificateThumbprints) -> Bool {
    (sha1 == nil || sha1 == other.sha1) && (sha256 == nil || sha256 == other.sha256)
  }

  /// Whether both name the same certificate; nil where they have no kind of thumbprint in common.
  func agree(with other: CertificateThumbprints) -> Bool? {
    if let sha256, let otherSHA256 = other.sha256 { return sha256 == otherSHA256 }
    if let sha1, let otherSHA1 = other.sha1 { return sha1 == otherSHA1 }
    return nil
  }
}
