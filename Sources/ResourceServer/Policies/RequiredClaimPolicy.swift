import JSON
import Support

/// A claim that must be there with a value of the configuration's (`token_use` = `access`, `tid` = a tenant's).
///
/// A string is compared byte for byte, a number or boolean by its JSON text, and an array has to hold such a member.
final class RequiredClaimPolicy: ClaimPolicy {
  private let claim: AudienceSettings.RequiredClaim
  private let accepted: TextIndex

  init(_ claim: AudienceSettings.RequiredClaim) {
    self.claim = claim
    accepted = TextIndex(claim.values)
  }

  override func check(_ claims: Claims, now: Double) throws(AuthError) {
    guard let value = claim.path.value(in: claims.root, clientID: claims.clientID) else {
      throw AuthError(
        .claimMissing, "the token has no claim \(quoted(claim.path.text)), which must be \(expected)")
    }
    if isAccepted(value) { return }
    for index in 0..<(value.kind == .array ? value.count : 0) {
      if let element = value.element(index), isAccepted(element) { return }
    }
    let shown = value.string ?? value.serialized()
    throw AuthError(
      .claimInvalid,
      "the token's claim \(quoted(claim.path.text)) is \(quoted(shown)); it must be \(expected)",
      cause: .mismatch(expected: claim.values, actual: [shown]))
  }

  private func isAccepted(_ value: JSONValue) -> Bool {
    if let text = value.text { return accepted.contains(text) }
    guard value.kind == .integer || value.kind == .real || value.kind == .bool else { return false }
    return value.serialized().withUnsafeBytes { accepted.contains(TextView($0)) }
  }

  private var expected: Diagnostic {
    claim.values.count == 1 ? quoted(claim.values[0]) : "one of \(quoted(claim.values))"
  }
}
