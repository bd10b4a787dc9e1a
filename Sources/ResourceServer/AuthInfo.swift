import Support

/// Who the caller is: the outcome of a successful verification. Immutable, any thread; outlives the verifier.
public final class AuthInfo: Sendable {
  /// exp in whole seconds since 1970; 0: none.
  public let expiresAt: Int64
  private let arena: TextArena
  private let tokenSlot, issuerSlot, subjectSlot, clientIDSlot, claimsSlot: TextArena.Slot
  private let scopeSlots, audienceSlots: [TextArena.Slot]

  init(token: UnsafeRawBufferPointer, claims: Claims, claimsJSON: UnsafeRawBufferPointer) {
    var builder = TextArena.Builder()
    tokenSlot = builder.add(token)
    issuerSlot = builder.add(claims.issuer ?? "")
    subjectSlot = builder.add(claims.subject ?? "")
    clientIDSlot = builder.add(claims.clientID ?? "")
    claimsSlot = builder.add(claimsJSON)
    scopeSlots = claims.scopes.map { builder.add($0) }
    audienceSlots = claims.audiences.map { builder.add($0) }
    arena = TextArena(builder)
    expiresAt = wholeSeconds(claims.expiresAt ?? 0)
  }

  // Each text is valid as long as this object.
  public var token: UnsafeRawBufferPointer { arena.text(tokenSlot) }
  public var issuer: UnsafeRawBufferPointer { arena.text(issuerSlot) }
  public var subject: UnsafeRawBufferPointer { arena.text(subjectSlot) }
  public var clientID: UnsafeRawBufferPointer { arena.text(clientIDSlot) }
  /// All claims as a JSON object.
  public var claimsJSON: UnsafeRawBufferPointer { arena.text(claimsSlot) }

  public var scopeCount: Int { scopeSlots.count }
  public var audienceCount: Int { audienceSlots.count }

  /// nil beyond the last.
  public func scope(_ index: Int) -> UnsafeRawBufferPointer? {
    scopeSlots.indices.contains(index) ? arena.text(scopeSlots[index]) : nil
  }

  /// nil beyond the last.
  public func audience(_ index: Int) -> UnsafeRawBufferPointer? {
    audienceSlots.indices.contains(index) ? arena.text(audienceSlots[index]) : nil
  }

  /// Exact bytes, whole words.
  public func hasScope(_ scope: UnsafeRawBufferPointer) -> Bool {
    scopeSlots.contains { arena.text($0).elementsEqual(scope) }
  }
}
