import Support

/// An HTTP response for the host to send. Immutable; outlives the verifier it came from.
public final class Response: Sendable {
  public struct Header: Sendable {
    public let name: StaticString
    public let value: ByteString
    public init(_ name: StaticString, _ value: ByteString) {
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
  private let bodySlot, headSlot: TextArena.Slot

  public init(status: Int, headers: [Header], body: ByteString, failure: AuthError? = nil) {
    var builder = TextArena.Builder()
    self.status = status
    self.failure = failure
    var slots: [TextArena.Slot] = []
    for header in headers {
      slots.append(builder.add(UnsafeRawBufferPointer(header.name.bytes)))
      slots.append(builder.add(header.value))
    }
    headerSlots = slots
    bodySlot = builder.add(body)
    headSlot = builder.add(Self.lines(headers))
    arena = TextArena(builder)
  }

  public var headerCount: Int { headerSlots.count / 2 }

  /// Name and value, valid as long as the response; nil beyond the last.
  public func header(_ index: Int) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
    guard (0..<headerCount).contains(index) else { return nil }
    return (arena.text(headerSlots[index * 2]), arena.text(headerSlots[index * 2 + 1]))
  }

  private static func lines(_ headers: [Header]) -> ByteString {
    var lines = ByteString()
    for header in headers {
      lines.append(ByteString(header.name) + ": " + header.value + "\r\n")
    }
    return lines
  }

  /// All header fields as lines (RFC 9112 section 5). Valid as long as the response.
  public var head: UnsafeRawBufferPointer { arena.text(headSlot) }

  /// Valid as long as the response.
  public var body: UnsafeRawBufferPointer { arena.text(bodySlot) }
}
