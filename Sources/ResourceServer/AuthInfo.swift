import JSON
import Support

/// Who the caller is: the outcome of a successful verification. Immutable, any thread; outlives the verifier.
public final class AuthInfo: Sendable {
  private typealias Slot = TextArena.Slot

  let claims: Claims
  /// exp in whole seconds since 1970; 0: none.
  public let expiresAt: Int64
  private let arena: TextArena
  private let tokenText: LentText
  private let issuerSlot, subjectSlot, clientIDSlot, claimsSlot, principalSlot: Slot
  /// Of the scopes, then of those they imply, then of the audiences.
  private let slots: [Slot]
  public let scopeCount: Int
  private let heldScopeCount: Int

  init(
    token: LentText, claims: Claims, impliedScopes: [ByteString], claimsJSON: ByteString
  ) {
    self.claims = claims
    var builder = TextArena.Builder(capacity: claimsJSON.count &* 2 &+ 64)
    tokenText = token
    issuerSlot = builder.add(claims.issuer)
    subjectSlot = builder.add(claims.subject)
    clientIDSlot = builder.add(claims.clientID)
    claimsSlot = builder.add(claimsJSON)
    principalSlot = Self.addPrincipal((issuerSlot, subjectSlot, clientIDSlot), to: &builder)
    var slots: [Slot] = []
    slots.reserveCapacity(claims.scopes.count &+ impliedScopes.count &+ claims.audiences.count)
    for text in claims.scopes { slots.append(builder.add(text)) }
    for text in impliedScopes { slots.append(builder.add(text)) }
    for text in claims.audiences { slots.append(builder.add(text)) }
    self.slots = slots
    scopeCount = claims.scopes.count
    heldScopeCount = claims.scopes.count &+ impliedScopes.count
    arena = TextArena(builder)
    expiresAt = wholeSeconds(claims.expiresAt ?? 0)
  }

  /// The same caller, as an object with a reference count of its own; the texts are shared.
  init(sharing other: AuthInfo) {
    claims = other.claims
    expiresAt = other.expiresAt
    arena = other.arena
    tokenText = other.tokenText
    issuerSlot = other.issuerSlot
    subjectSlot = other.subjectSlot
    clientIDSlot = other.clientIDSlot
    claimsSlot = other.claimsSlot
    principalSlot = other.principalSlot
    slots = other.slots
    scopeCount = other.scopeCount
    heldScopeCount = other.heldScopeCount
  }

  /// What one such object takes without what is shared: more than a cache line, so that the reference counts of two are
  /// never in one.
  static let handleBytes = 128

  /// What this and everything it holds take in memory, rather too much than too little. The texts are in the arena, the
  /// claims in `Claims` too, and all of the JSON once more in a tree, of which each of these characters can begin a node.
  var byteCount: Int {
    let nodes = claimsJSON.reduce(0) { count, byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"): count &+ 1
      default: count
      }
    }
    return tokenText.count &+ arena.byteCount &+ claimsSlot.count &* 2 &+ nodes &* 96 &+ slots.count &* 64 &+ 512
  }

  // Each text is valid as long as this object.
  public var token: UnsafeRawBufferPointer { tokenText.bytes }
  public var issuer: UnsafeRawBufferPointer { arena.text(issuerSlot) }
  public var subject: UnsafeRawBufferPointer { arena.text(subjectSlot) }
  public var clientID: UnsafeRawBufferPointer { arena.text(clientIDSlot) }
  /// All claims as a JSON object.
  public var claimsJSON: UnsafeRawBufferPointer { arena.text(claimsSlot) }
  /// Issuer, subject and client, such that no two different triples read alike.
  public var principal: UnsafeRawBufferPointer { arena.text(principalSlot) }

  public var audienceCount: Int { slots.count &- heldScopeCount }

  /// nil beyond the last.
  public func scope(_ index: Int) -> UnsafeRawBufferPointer? {
    (0..<scopeCount).contains(index) ? arena.text(slots[index]) : nil
  }

  /// nil beyond the last.
  public func audience(_ index: Int) -> UnsafeRawBufferPointer? {
    (0..<audienceCount).contains(index) ? arena.text(slots[heldScopeCount &+ index]) : nil
  }

  /// Exact bytes, whole words; implied ones too.
  public func hasScope(_ scope: UnsafeRawBufferPointer) -> Bool {
    slots.prefix(heldScopeCount).contains { isSame(arena.text($0), scope) }
  }

  /// The claim at `path`; nil where there is none. Valid as long as this object.
  public func claim(_ path: ClaimPath) -> JSONValue? { path.value(in: claims.root, clientID: claims.clientID) }

  /// Each part as its length, a colon, its bytes and a comma.
  private static func addPrincipal(_ parts: (Slot, Slot, Slot), to builder: inout TextArena.Builder) -> Slot {
    let start = builder.position
    add(part: parts.0, to: &builder)
    add(part: parts.1, to: &builder)
    add(part: parts.2, to: &builder)
    return builder.slot(from: start)
  }

  private static func add(part: Slot, to builder: inout TextArena.Builder) {
    builder.append(decimal: part.count)
    builder.append(UInt8(ascii: ":"))
    builder.append(part)
    builder.append(UInt8(ascii: ","))
  }
}
