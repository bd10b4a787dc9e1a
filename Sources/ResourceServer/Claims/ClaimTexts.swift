import Support

/// What C borrows of the claims and does not stand in the JSON document as C wants it: scopes, which are parts of one string
/// there, and the principal. All of it in one allocation, each followed by a NUL byte.
struct ClaimTexts: Sendable {
  /// The principal; behind it the scopes.
  private let texts: BorrowedText

  /// Issuer, subject and client, such that no two different triples read alike: each as its length, a colon, its bytes and
  /// a comma.
  var principal: UnsafeRawBufferPointer { texts.bytes }

  var byteCount: Int { texts.count &+ texts.behind.count }

  /// Each of `scopes` becomes a text of this, valid as long as this.
  init(keeping scopes: inout [TextView], principal parts: (TextView?, TextView?, TextView?)) {
    var principal: [UInt8] = []
    principal.reserveCapacity(128)
    Self.add(parts.0, to: &principal)
    Self.add(parts.1, to: &principal)
    Self.add(parts.2, to: &principal)
    var scopeBytes = 0
    for scope in scopes { scopeBytes &+= scope.count &+ 1 }
    texts = BorrowedText(byteCount: principal.count, behind: scopeBytes) { text, behind in
      principal.withUnsafeBytes { text.copyMemory(from: $0) }
      var start = 0
      for index in scopes.indices {
        let scope = scopes[index].bytes
        let copy = UnsafeMutableRawBufferPointer(rebasing: behind[start..<(start &+ scope.count)])
        copy.copyMemory(from: scope)
        behind[start &+ scope.count] = 0
        scopes[index] = TextView(UnsafeRawBufferPointer(copy))
        start &+= scope.count &+ 1
      }
    }
  }

  private static func add(_ part: TextView?, to principal: inout [UInt8]) {
    let count = part?.count ?? 0
    var divisor = 1
    while count / divisor >= 10 { divisor &*= 10 }
    while divisor > 0 {
      principal.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: count / divisor % 10))
      divisor /= 10
    }
    principal.append(UInt8(ascii: ":"))
    if let part { principal.append(contentsOf: part.bytes) }
    principal.append(UInt8(ascii: ","))
  }
}
