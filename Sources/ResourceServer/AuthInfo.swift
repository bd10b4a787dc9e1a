import JSON
import Support

/// Who the caller is: the outcome of a successful verification. Immutable, any thread; outlives the verifier.
public final class AuthInfo: Sendable {
  private let judged: JudgedClaims
  /// exp in whole seconds since 1970; 0: none.
  public let expiresAt: Int64
  private let arena: TextArena
  private let tokenSlot, issuerSlot, subjectSlot, clientIDSlot, claimsSlot, principalSlot: TextArena.Slot
  private let scopeSlots, impliedScopeSlots, audienceSlots: [TextArena.Slot]

  init(
    token: UnsafeRawBufferPointer, judged: JudgedClaims, impliedScopes: [ByteString], claimsJSON: ByteString
  ) {
    self.judged = judged
    var builder = TextArena.Builder(capacity: token.count &+ claimsJSON.count &* 2 &+ 64)
    tokenSlot = builder.add(token)
    issuerSlot = builder.add(judged.claims.issuer)
    subjectSlot = builder.add(judged.claims.subject)
    clientIDSlot = builder.add(judged.claims.clientID)
    claimsSlot = builder.add(claimsJSON)
    principalSlot = Self.addPrincipal(judged, to: &builder)
    scopeSlots = judged.claims.scopes.map { builder.add($0) }
    impliedScopeSlots = impliedScopes.map { builder.add($0) }
    audienceSlots = judged.claims.audiences.map { builder.add($0) }
    arena = TextArena(builder)
    expiresAt = wholeSeconds(judged.claims.expiresAt ?? 0)
  }

  /// The same caller, as an object with a reference count of its own; the texts are shared.
  init(sharing other: AuthInfo) {
    judged = other.judged
    expiresAt = other.expiresAt
    arena = other.arena
    tokenSlot = other.tokenSlot
    issuerSlot = other.issuerSlot
    subjectSlot = other.subjectSlot
    clientIDSlot = other.clientIDSlot
    claimsSlot = other.claimsSlot
    principalSlot = other.principalSlot
    scopeSlots = other.scopeSlots
    impliedScopeSlots = other.impliedScopeSlots
    audienceSlots = other.audienceSlots
  }

  /// What one such object takes without what is shared: more than a cache line, so that the reference counts of two are
  /// never in one.
  static let handleBytes = 128

  /// What this and everything it holds take in memory, rather too much than too little. The texts are in the arena, the
  /// claims in `Claims` too, and all of the JSON once more in a tree, of which each of these characters can begin a node.
  var byteCount: Int {
    let lists = scopeSlots.count &+ impliedScopeSlots.count &+ audienceSlots.count
    let nodes = claimsJSON.reduce(0) { count, byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"): count &+ 1
      default: count
      }
    }
    return arena.byteCount &+ claimsSlot.count &* 2 &+ nodes &* 96 &+ lists &* 64 &+ 512
  }

  var claims: Claims { judged.claims }

  // Each text is valid as long as this object.
  public var token: UnsafeRawBufferPointer { arena.text(tokenSlot) }
  public var issuer: UnsafeRawBufferPointer { arena.text(issuerSlot) }
  public var subject: UnsafeRawBufferPointer { arena.text(subjectSlot) }
  public var clientID: UnsafeRawBufferPointer { arena.text(clientIDSlot) }
  /// All claims as a JSON object.
  public var claimsJSON: UnsafeRawBufferPointer { arena.text(claimsSlot) }
  /// Issuer, subject and client, such that no two different triples read alike.
  public var principal: UnsafeRawBufferPointer { arena.text(principalSlot) }

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

  /// Exact bytes, whole words; implied ones too.
  public func hasScope(_ scope: UnsafeRawBufferPointer) -> Bool {
    scopeSlots.contains { arena.text($0).elementsEqual(scope) }
      || impliedScopeSlots.contains { arena.text($0).elementsEqual(scope) }
  }

  /// The claim at `path`; nil where there is none. Valid as long as this object.
  public func claim(_ path: ClaimPath) -> JSONValue? { path.value(in: claims.root, clientID: claims.clientID) }

  /// Each part as its length, a colon, its bytes and a comma.
  private static func addPrincipal(_ judged: JudgedClaims, to builder: inout TextArena.Builder) -> TextArena.Slot {
    let start = builder.position
    add(part: judged.claims.issuer, to: &builder)
    add(part: judged.claims.subject, to: &builder)
    add(part: judged.claims.clientID, to: &builder)
    return builder.slot(from: start)
  }

  private static func add(part: ByteString?, to builder: inout TextArena.Builder) {
    builder.append(decimal: part?.count ?? 0)
    builder.append(UInt8(ascii: ":"))
    if let part { builder.append(part) }
    builder.append(UInt8(ascii: ","))
  }
}

/// So that handles of one caller can share them.
final class JudgedClaims: Sendable {
  let claims: Claims
  init(_ claims: consuming Claims) { self.claims = consume claims }
}
