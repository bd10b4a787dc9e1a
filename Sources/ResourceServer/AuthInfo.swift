import JSON
import Support

/// Who the caller is: the outcome of a successful verification. Immutable, any thread; outlives the verifier.
public final class AuthInfo: Sendable {
  private typealias Slot = TextArena.Slot

  let claims: Claims
  /// exp in whole seconds since 1970; 0: none.
  public let expiresAt: Int64
  private let tokenText, claimsText: LentText
  /// Of the principal and the scopes.
  private let arena: TextArena
  private let principalSlot: Slot
  /// Of the scopes, then of those they imply.
  private let scopeSlots: [Slot]
  public let scopeCount: Int

  init(
    token: LentText, claims: Claims, impliedScopes: [ByteString], claimsJSON: LentText
  ) {
    self.claims = claims
    tokenText = token
    claimsText = claimsJSON
    var builder = TextArena.Builder(capacity: 256)
    principalSlot = Self.addPrincipal(of: claims, to: &builder)
    var slots: [Slot] = []
    slots.reserveCapacity(claims.scopes.count &+ impliedScopes.count)
    for text in claims.scopes { slots.append(builder.add(text.bytes)) }
    for text in impliedScopes { slots.append(builder.add(text)) }
    scopeSlots = slots
    scopeCount = claims.scopes.count
    arena = TextArena(builder)
    expiresAt = wholeSeconds(claims.expiresAt ?? 0)
  }

  /// The same caller, as an object with a reference count of its own; the texts are shared.
  init(sharing other: AuthInfo) {
    claims = other.claims
    expiresAt = other.expiresAt
    tokenText = other.tokenText
    claimsText = other.claimsText
    arena = other.arena
    principalSlot = other.principalSlot
    scopeSlots = other.scopeSlots
    scopeCount = other.scopeCount
  }

  /// What one such object takes without what is shared: more than a cache line, so that the reference counts of two are
  /// never in one.
  static let handleBytes = 128

  /// What this and everything it holds take in memory, rather too much than too little. All of the JSON is
  /// once more in a tree, of which each of these characters can begin a node.
  var byteCount: Int {
    let nodes = claimsJSON.reduce(0) { count, byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"): count &+ 1
      default: count
      }
    }
    let textCount = scopeSlots.count &+ claims.scopes.count &+ claims.audiences.count
    return tokenText.count &+ arena.byteCount &+ claimsText.count &* 2 &+ nodes &* 96 &+ textCount &* 32 &+ 512
  }

  // Each text is valid as long as this object.
  public var token: UnsafeRawBufferPointer { tokenText.bytes }
  public var issuer: UnsafeRawBufferPointer { text(claims.issuer) }
  public var subject: UnsafeRawBufferPointer { text(claims.subject) }
  public var clientID: UnsafeRawBufferPointer { text(claims.clientID) }
  /// All claims as a JSON object.
  public var claimsJSON: UnsafeRawBufferPointer { claimsText.bytes }
  /// Issuer, subject and client, such that no two different triples read alike.
  public var principal: UnsafeRawBufferPointer { arena.text(principalSlot) }

  public var audienceCount: Int { claims.audiences.count }

  /// nil beyond the last.
  public func scope(_ index: Int) -> UnsafeRawBufferPointer? {
    (0..<scopeCount).contains(index) ? arena.text(scopeSlots[index]) : nil
  }

  /// nil beyond the last.
  public func audience(_ index: Int) -> UnsafeRawBufferPointer? {
    claims.audiences.indices.contains(index) ? claims.audiences[index].bytes : nil
  }

  /// Exact bytes, whole words; implied ones too.
  public func hasScope(_ scope: UnsafeRawBufferPointer) -> Bool {
    scopeSlots.contains { isSame(arena.text($0), scope) }
  }

  /// The claim at `path`; nil where there is none. Valid as long as this object.
  public func claim(_ path: ClaimPath) -> JSONValue? { path.value(in: claims.root, clientID: claims.clientID) }

  private func text(_ text: TextView?) -> UnsafeRawBufferPointer {
    text?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// Each part as its length, a colon, its bytes and a comma.
  private static func addPrincipal(of claims: Claims, to builder: inout TextArena.Builder) -> Slot {
    let start = builder.position
    add(part: claims.issuer, to: &builder)
    add(part: claims.subject, to: &builder)
    add(part: claims.clientID, to: &builder)
    return builder.slot(from: start)
  }

  private static func add(part: TextView?, to builder: inout TextArena.Builder) {
    builder.append(decimal: part?.count ?? 0)
    builder.append(UInt8(ascii: ":"))
    if let part { builder.append(part.bytes) }
    builder.append(UInt8(ascii: ","))
  }
}
