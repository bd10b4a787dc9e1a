/// The time for which the policies say the same of one token's claims: from `start` on, before `end`. Seconds since
/// 1970.
struct ValidityWindow: Sendable {
  /// A clock that says less has failed.
  static let earliest = 1.0

  private(set) var start = earliest
  private(set) var end = Double.infinity

  mutating func begins(at time: Double) { start = max(start, time) }
  mutating func ends(at time: Double) { end = min(end, time) }

  func contains(_ time: Double) -> Bool { start <= time && time < end }
}
