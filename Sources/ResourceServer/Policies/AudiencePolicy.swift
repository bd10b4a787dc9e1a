import Support

/// aud (RFC 7519 section 4.1.3, RFC 8707): the token must be meant for this resource. Exact bytes: no prefix, case or
/// slash is forgiven (attack A19).
final class AudiencePolicy: ClaimPolicy {
  private let accepted: Set<ByteString>
  private let listed: [ByteString]

  init(accepted: [ByteString]) {
    self.accepted = Set(accepted)
    listed = accepted
  }

  func check(_ claims: Claims, now: Double) throws(Failure) {
    if claims.audiences.contains(where: { accepted.contains($0) }) { return }
    throw Failure(
      .audienceMismatch, message(claims.audiences), cause: .mismatch(expected: listed, actual: claims.audiences))
  }

  private func message(_ audiences: [ByteString]) -> Message {
    let expected: Message = listed.count == 1 ? quoted(listed[0]) : "one of " + quoted(listed)
    guard !audiences.isEmpty else {
      return "the token names no audience (aud), expected \(expected); have the client ask for a token for this "
        + "resource (RFC 8707), or set the audience at the issuer"
    }
    var text: Message = "the token's audience is \(quoted(audiences)), expected \(expected)"
    if audiences.contains(where: differsInSlashOnly) { text += " (they differ in a trailing slash)" }
    return text + "; if tokens for it are meant to be accepted here, add it with mcpauth_config_add_audience"
  }

  private func differsInSlashOnly(_ audience: ByteString) -> Bool {
    accepted.contains(audience + "/") || (audience.hasSuffix("/") && accepted.contains(audience.dropLast(1)))
  }
}
