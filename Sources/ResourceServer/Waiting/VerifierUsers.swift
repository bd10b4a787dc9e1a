import KeyService
import Synchronization

/// How many references the host holds to a verifier. Work under way holds the verifier too, and does not count.
final class VerifierUsers: Sendable {
  private let count = Atomic<Int>(1)

  var areGone: Bool { count.load(ordering: .acquiring) <= 0 }
  func add() { count.wrappingAdd(1, ordering: .relaxed) }

  /// Whether that was the last.
  func remove() -> Bool { count.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

extension Verifier {
  /// One more reference of the host.
  public func addUser() { users.add() }

  /// One less. The last one ends what is under way for it.
  public func removeUser() { if users.remove() { close() } }

  func close() { IssuerKeys.close(issuers.all) }
}
