import JSON
import Support

/// Claims that must be there with a value of the configuration's (`token_use` = `access`, `tid` = a tenant's).
///
/// A string is compared byte for byte, a number or boolean by its JSON text, and an array has to hold such a member.
final class RequiredClaimsPolicy: ClaimPolicy {
  private let required: [RecipientSettings.RequiredClaim]

  init(_ required: [RecipientSettings.RequiredClaim]) { self.required = required }

  override func check(_ claims: Claims, now: Double) throws(Failure) {
    for claim in required { try check(claim, claims) }
  }

  private func check(_ claim: RecipientSettings.RequiredClaim, _ claims: Claims) throws(Failure) {
    guard let value = claim.path.value(in: claims.root, clientID: claims.clientID) else {
      throw Failure(
        .claimMissing, "the token has no claim \(quoted(claim.path.text)), which must be \(Self.expected(claim.values))")
    }
    if accepts(value, claim.values) { return }
    for index in 0..<(value.kind == .array ? value.count : 0) {
      if let element = value.element(index), accepts(element, claim.values) { return }
    }
    let shown = value.string ?? value.serialized()
    throw Failure(
      .claimInvalid,
      "the token's claim \(quoted(claim.path.text)) is \(quoted(shown)); it must be \(Self.expected(claim.values))",
      cause: .mismatch(expected: claim.values, actual: [shown]))
  }

  private func accepts(_ value: JSONValue, _ values: [ByteString]) -> Bool {
    if let text = value.string { return values.contains(text) }
    guard value.kind == .integer || value.kind == .real || value.kind == .bool else { return false }
    return values.contains(value.serialized())
  }

  private static func expected(_ values: [ByteString]) -> Message {
    values.count == 1 ? quoted(values[0]) : "one of \(quoted(values))"
  }
}
