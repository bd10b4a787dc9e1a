import JSON
import Support

/// Claims that must be there with a value of the configuration's (`token_use` = `access`, `tid` = a tenant's).
///
/// A string is compared byte for byte, a number or boolean by its JSON text, and an array has to hold such a member.
final class RequiredClaimsPolicy: ClaimPolicy {
  private let required: [RecipientSettings.RequiredClaim]

  init(_ required: [RecipientSettings.RequiredClaim]) { self.required = required.map { $0.complete } }

  override func check(_ claims: Claims, now: Double) throws(Failure) {
    for claim in required { try check(claim, claims) }
  }

  private func check(_ claim: RecipientSettings.RequiredClaim, _ claims: Claims) throws(Failure) {
    guard let value = claim.path.value(in: claims.root, clientID: claims.clientID) else {
      throw Failure(
        .claimMissing, "the token has no claim \(quoted(claim.path.text)), which must be \(Self.expected(claim.values))")
    }
    if Self.isAmong(claim.accepted, value) { return }
    for index in 0..<(value.kind == .array ? value.count : 0) {
      if let element = value.element(index), Self.isAmong(claim.accepted, element) { return }
    }
    let shown = value.string ?? value.serialized()
    throw Failure(
      .claimInvalid,
      "the token's claim \(quoted(claim.path.text)) is \(quoted(shown)); it must be \(Self.expected(claim.values))",
      cause: .mismatch(expected: claim.values, actual: [shown]))
  }

  private static func isAmong(_ accepted: TextSet, _ value: JSONValue) -> Bool {
    if let text = value.text { return accepted.contains(text) }
    guard value.kind == .integer || value.kind == .real || value.kind == .bool else { return false }
    return value.serialized().withUnsafeBytes { accepted.contains(TextView($0)) }
  }

  private static func expected(_ values: [ByteString]) -> Message {
    values.count == 1 ? quoted(values[0]) : "one of \(quoted(values))"
  }
}
