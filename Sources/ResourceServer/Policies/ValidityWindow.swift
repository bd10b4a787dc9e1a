/// The time for which the policies say the same of one token's claims: from `start` on, before `end`. Seconds since
/// 1970.
struct ValidityWindow: Sendable {
  private(set) var start = -Double.infinity
  private(set) var end = Double.infinity

  mutating func begins(at time: Double) { start = max(start, time) }
  mutating func ends(at time: Double) { end = min(end, time) }

  func contains(_ time: Double) -> Bool { start <= time && time < end }
}
