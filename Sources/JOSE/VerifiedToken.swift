import JSON
import Support

/// A token whose signature was made with the private half of a key, or with its secret. Only `verify` makes one.
///
/// That says who wrote it, not that it is meant for us or still good: claims are judged elsewhere.
public struct VerifiedToken: ~Copyable, Sendable {
  private let token: UnverifiedToken
  private let document: JSONDocument?

  init(token: consuming UnverifiedToken, document: consuming JSONDocument?) {
    self.token = token
    self.document = document
  }

  /// The whole token as it was sent. A secret.
  public var text: BorrowedText { token.text }
  public var header: JOSEHeader { token.header }
  public var payload: BorrowedText { token.payload }

  var isHeaderCached: Bool { token.isHeaderCached }

  /// The payload as a JSON object; TOKEN_MALFORMED when it is none, which cannot be after `UnverifiedClaims.verify`.
  public func claims() throws(AuthError) -> JSONValue {
    if let document { return document.root }
    return try token.claimsDocument().root
  }
}

extension UnverifiedToken {
  /// Checks the signature with `key`. ALGORITHM_NOT_ALLOWED when the key is not for the token's algorithm,
  /// SIGNATURE_INVALID when it did not sign the token; INTERNAL or NO_MEMORY when OpenSSL cannot tell. Any thread.
  public func verify(with key: VerificationKey) throws(AuthError) -> VerifiedToken {
    try checkSignature(with: key)
    return VerifiedToken(token: self, document: nil)
  }
}
