import Support

/// Which scopes a scope brings with it, transitively: "a broader scope implies narrower ones" (MCP authorization, scopes).
struct ScopeHierarchy: Sendable {
  private var implied = TextLists()
  private(set) var count = 0

  var isEmpty: Bool { implied.isEmpty }

  mutating func add(_ scope: ByteString, implies other: ByteString) {
    implied.add(other, to: scope)
    count += 1
  }

  /// What `scopes` imply beyond themselves; each once. Rings do no harm.
  func implications(of scopes: [ByteString]) -> [ByteString] {
    guard !implied.isEmpty else { return [] }
    var seen = TextIndex(scopes)
    var found: [ByteString] = []
    var pending = scopes
    while let scope = pending.popLast() {
      for other in implied[scope] where seen.insert(other) {
        found.append(other)
        pending.append(other)
      }
    }
    return found
  }

  /// Those of `required` that `held` neither has nor implies, in order.
  func missing(_ required: [ByteString], from held: [TextView]) -> [ByteString] {
    guard !required.isEmpty else { return [] }
    // So few are compared faster than hashed, and without a copy.
    let isQuick = min(required.count, held.count) <= TextIndex.smallCount
    if isQuick, required.allSatisfy({ needed in held.contains { $0 == needed } }) { return [] }
    return missing(required, from: held.copied)
  }

  func missing(_ required: [ByteString], from held: [ByteString]) -> [ByteString] {
    var available = TextIndex(held)
    if required.allSatisfy({ available.contains($0) }) { return [] }
    for scope in implications(of: held) { available.insert(scope) }
    return required.filter { !available.contains($0) }
  }
}
