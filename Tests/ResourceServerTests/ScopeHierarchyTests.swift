import Support
import Testing

@testable import ResourceServer

private func hierarchy(_ pairs: [(ByteString, ByteString)]) -> ScopeHierarchy {
  var hierarchy = ScopeHierarchy()
  for (scope, implied) in pairs { hierarchy.add(scope, implies: implied) }
  return hierarchy
}

@Test func aBroaderScopeImpliesNarrowerOnesTransitively() {
  let hierarchy = hierarchy([("admin", "write"), ("write", "read")])
  #expect(missing(in: hierarchy, ["read"], from: ["admin"]) == [])
  #expect(missing(in: hierarchy, ["read", "admin"], from: ["write"]) == ["admin"])
  #expect(hierarchy.implications(of: ["admin"]) == ["write", "read"])
}

@Test func aRingOfImplicationsEnds() {
  let hierarchy = hierarchy([("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])
  #expect(Set(hierarchy.implications(of: ["b"])) == ["c", "a"])
  #expect(missing(in: hierarchy, ["d"], from: ["a"]) == ["d"])
}

@Test func A41_aScopeIsAWholeWord() {
  let none = ScopeHierarchy()
  #expect(missing(in: none, ["read"], from: ["readwrite", "read\twrite", "READ", "rea"]) == ["read"])
  #expect(missing(in: none, ["read"], from: ["x", "read"]) == [])
}

/// Of scopes that stand in a token and of scopes that were kept: both ways have to say the same.
private func missing(in hierarchy: ScopeHierarchy, _ required: [ByteString], from held: [ByteString]) -> [ByteString] {
  let texts = held.map { scope in scope.withUnsafeBytes { BorrowedText($0) } }
  return withExtendedLifetime(texts) {
    let missing = hierarchy.missing(required, from: texts.map { TextView($0.bytes) })
    #expect(missing == hierarchy.missing(required, from: held))
    return missing
  }
}
