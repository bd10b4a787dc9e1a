import JSON
import Support

/// The payload of a token read as claims (RFC 7519 section 4) before its signature is checked.
///
/// All it gives away is the issuer's name, which selects the keys to verify with (attack A21): everything else has to
/// wait for `verify`.
public struct UnverifiedClaims: ~Copyable, Sendable {
  let token: UnverifiedToken
  let document: JSONDocument

  /// `iss` as it stands, of whatever kind; nil when there is none.
  public var issuer: JSONValue? { document.root.member("iss") }

  /// For messages.
  public var header: JOSEHeader { token.header }

  /// What the token says of itself, for the log: `issuer "...", kid "...", client "..."`, as far as these are there.
  public var subject: Diagnostic {
    var text: Diagnostic = ""
    func add(_ name: StaticString, _ value: ByteString?) {
      guard let value else { return }
      text += (text.isEmpty ? "" : ", ") + Diagnostic(name) + " " + quoted(value)
    }
    var clientID: ByteString?
    for name: StaticString in ["client_id", "azp", "appid", "cid"] {
      clientID = clientID ?? document.root.member(name)?.string
    }
    add("issuer", issuer?.string)
    add("kid", header.kid)
    add("client", clientID)
    return text
  }

  /// As `UnverifiedToken.verify`; the claims are not parsed again.
  public consuming func verify(with key: VerificationKey) throws(AuthError) -> VerifiedToken {
    try token.checkSignature(with: key)
    return VerifiedToken(token: token, document: document)
  }
}

extension UnverifiedToken {
  /// Reads the payload as claims. TOKEN_MALFORMED when it is not one strict JSON object.
  public func claims() throws(AuthError) -> UnverifiedClaims {
    UnverifiedClaims(token: self, document: try claimsDocument())
  }

  func claimsDocument() throws(AuthError) -> JSONDocument {
    if payload.count == 0 {
      throw AuthError(
        .tokenMalformed, "the token's payload is empty; detached content (RFC 7515 appendix F) is not accepted")
    }
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument.parse(payload.bytes, maxEntries: UnverifiedToken.maxEntries)
    } catch {
      throw error.failure(.tokenMalformed, "the token's payload")
    }
    guard document.root.kind == .object else {
      throw AuthError(.tokenMalformed, "the token's payload is JSON but no object (RFC 7519 section 7.2)")
    }
    return document
  }
}
