import Support

/// An HTTP response for the host to send. Immutable; outlives the verifier it came from.
public final class Response: Sendable {
  public struct Header: Sendable {
    public let name: Literal
    public let value: ByteString
    public init(_ name: Literal, _ value: ByteString) {
      self.name = name
      self.value = value
    }
  }

  public let status: Int
  /// Why, for the operator's log; nil when the response is no denial.
  public let failure: AuthError?
  private let arena: TextArena
  /// A name, its value, the next name.
  private let headerSlots: [TextArena.Slot]
  private let bodySlot: TextArena.Slot

  @inline(never)
  public init(status: Int, headers: [Header], body: ByteString, failure: AuthError? = nil) {
    var builder = TextArena.Builder()
    self.status = status
    self.failure = failure
    var slots: [TextArena.Slot] = []
    for header in headers {
      slots.add(builder.add(UnsafeRawBufferPointer(header.name.bytes)))
      slots.add(builder.add(header.value))
    }
    headerSlots = slots
    bodySlot = builder.add(body)
    arena = TextArena(builder)
  }

  public var headerCount: Int { headerSlots.count / 2 }

  /// Name and value, valid as long as the response; nil beyond the last.
  public func header(_ index: Int) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
    guard (0..<headerCount).contains(index) else { return nil }
    return (arena.text(headerSlots[index * 2]), arena.text(headerSlots[index * 2 + 1]))
  }

  /// Valid as long as the response.
  public var body: UnsafeRawBufferPointer { arena.text(bodySlot) }
}

/// What lets a browser's script read a response: metadata is public, and browser clients need the status, the challenge
/// and the time to come back. Nothing, where the host has a policy of its own.
struct CORS: Sendable {
  let isOn: Bool

  var headers: [Response.Header] {
    guard isOn else { return [] }
    return [
      Response.Header("Access-Control-Allow-Origin", "*"),
      Response.Header("Access-Control-Allow-Methods", "GET, OPTIONS"),
      Response.Header("Access-Control-Allow-Headers", "*"),
    ]
  }

  /// Those of a denial, whatever its status.
  var headersOfDenial: [Response.Header] {
    guard isOn else { return [] }
    return headers + [Response.Header("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")]
  }
}
