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
  #expect(hierarchy.missing(["read"], from: ["admin"]) == [])
  #expect(hierarchy.missing(["read", "admin"], from: ["write"]) == ["admin"])
  #expect(hierarchy.implications(of: ["admin"]) == ["write", "read"])
}

@Test func aRingOfImplicationsEnds() {
  let hierarchy = hierarchy([("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])
  #expect(Set(hierarchy.implications(of: ["b"])) == ["c", "a"])
  #expect(hierarchy.missing(["d"], from: ["a"]) == ["d"])
}

@Test func A41_aScopeIsAWholeWord() {
  let none = ScopeHierarchy()
  #expect(none.missing(["read"], from: ["readwrite", "read\twrite", "READ", "rea"]) == ["read"])
  #expect(none.missing(["read"], from: ["x", "read"]) == [])
}
