import JSON
import Support

/// Who the caller is: the outcome of a successful verification. Immutable, any thread; outlives the verifier.
public final class AuthInfo: Sendable {
  let claims: Claims
  /// exp in whole seconds since 1970; 0: none.
  public let expiresAt: Int64
  private let tokenText, claimsText: BorrowedText
  /// Those beyond the token's own.
  private let impliedScopes: [ByteString]
  /// One of those that every request to the verifier it came from needs: whoever uses this has to ask.
  let lacksRequiredScopes: Bool

  /// Nobody: a request for what is public, without a token.
  public var isAnonymous: Bool {
    if case .anonymous = claims.form { true } else { false }
  }

  /// What its scopes imply, and whether one is missing, is said by `scopes`.
  init(token: BorrowedText, claims: Claims, claimsJSON: BorrowedText, by scopes: ScopeSettings) {
    self.claims = claims
    expiresAt = wholeSeconds(claims.expiresAt ?? 0)
    tokenText = token
    claimsText = claimsJSON
    let hierarchy = scopes.hierarchy
    impliedScopes = hierarchy.isEmpty ? [] : hierarchy.implications(of: claims.scopes.copied)
    lacksRequiredScopes = !hierarchy.missing(scopes.required, from: claims.scopes).isEmpty
  }

  /// The same caller, as an object with a reference count of its own; the texts are shared.
  init(sharing other: AuthInfo) {
    claims = other.claims
    expiresAt = other.expiresAt
    tokenText = other.tokenText
    claimsText = other.claimsText
    impliedScopes = other.impliedScopes
    lacksRequiredScopes = other.lacksRequiredScopes
  }

  /// What one such object takes without what is shared: more than a cache line, so that the reference counts of two are
  /// never in one.
  static let handleBytes = 128

  /// What this and everything it holds take in memory, by a conservative estimate.
  var byteCount: Int {
    // An array may have twice the room it needs.
    let textCount = claims.scopes.capacity &+ claims.audiences.count &* 2 &+ impliedScopes.count &* 4
    return tokenText.count &+ claims.texts.byteCount &+ claimsText.count &+ claims.root.documentByteCount
      &+ textCount &* 16 &+ 512
  }

  // Each text is valid as long as this object.
  public var token: UnsafeRawBufferPointer { tokenText.bytes }
  public var issuer: UnsafeRawBufferPointer { text(claims.issuer) }
  public var subject: UnsafeRawBufferPointer { text(claims.subject) }
  public var clientID: UnsafeRawBufferPointer { text(claims.clientID) }
  /// All claims as a JSON object.
  public var claimsJSON: UnsafeRawBufferPointer { claimsText.bytes }
  /// Issuer, subject and client, such that no two different triples read alike.
  public var principal: UnsafeRawBufferPointer { claims.texts.principal }

  public var scopeCount: Int { claims.scopes.count }
  public var audienceCount: Int { claims.audiences.count }

  /// nil beyond the last.
  public func scope(_ index: Int) -> UnsafeRawBufferPointer? {
    claims.scopes.indices.contains(index) ? claims.scopes[index].bytes : nil
  }

  /// nil beyond the last.
  public func audience(_ index: Int) -> UnsafeRawBufferPointer? {
    claims.audiences.indices.contains(index) ? claims.audiences[index].bytes : nil
  }

  /// Exact bytes, whole words; implied ones too.
  public func hasScope(_ scope: UnsafeRawBufferPointer) -> Bool {
    let scope = TextView(scope)
    return claims.scopes.contains(scope) || impliedScopes.contains { scope == $0 }
  }

  /// The claim at `path`; nil where there is none. Valid as long as this object.
  public func claim(_ path: ClaimPath) -> JSONValue? { path.value(in: claims.root, clientID: claims.clientID) }

  private func text(_ text: TextView?) -> UnsafeRawBufferPointer {
    text?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }
}
