import Support

/// What C borrows of the claims and does not stand in the JSON tree as C wants it: scopes, which are words of one string
/// there, and the principal.
struct ClaimTexts: Sendable {
  private let arena: TextArena
  private let principalSlot: TextArena.Slot

  /// Issuer, subject and client, such that no two different triples read alike: each as its length, a colon, its bytes and
  /// a comma.
  var principal: UnsafeRawBufferPointer { arena.text(principalSlot) }

  var byteCount: Int { arena.byteCount }

  /// Each of `scopes` becomes a text of this, followed by a NUL byte, and valid as long as this.
  init(keeping scopes: inout [TextView], principal parts: (TextView?, TextView?, TextView?)) {
    var builder = TextArena.Builder(capacity: Self.bound(scopes, parts))
    for scope in scopes { _ = builder.add(scope.bytes) }
    let principalStart = builder.position
    Self.add(part: parts.0, to: &builder)
    Self.add(part: parts.1, to: &builder)
    Self.add(part: parts.2, to: &builder)
    principalSlot = builder.slot(from: principalStart)
    arena = TextArena(builder)
    var start = 0
    for index in scopes.indices {
      let count = scopes[index].count
      scopes[index] = TextView(arena.text(from: start, count: count))
      start &+= count &+ 1
    }
  }

  /// So that no room is made twice.
  private static func bound(_ scopes: [TextView], _ parts: (TextView?, TextView?, TextView?)) -> Int {
    let longestLength = 8  // of a text's length in digits
    var bound = 3 &* (longestLength &+ 2) &+ 1
    bound &+= (parts.0?.count ?? 0) &+ (parts.1?.count ?? 0) &+ (parts.2?.count ?? 0)
    for scope in scopes { bound &+= scope.count &+ 1 }
    return bound
  }

  private static func add(part: TextView?, to builder: inout TextArena.Builder) {
    builder.append(decimal: part?.count ?? 0)
    builder.append(UInt8(ascii: ":"))
    if let part { builder.append(part.bytes) }
    builder.append(UInt8(ascii: ","))
  }
}
