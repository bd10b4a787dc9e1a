import Support

/// How often a header field was sent, and its first value. Borrowed from the host.
///
/// Two words: seven of these are cleared for every request, which takes a tenth of its time with three. A value of 4 GiB or
/// more is for the caller to refuse.
public struct HeaderField {
  private var start: UnsafeRawPointer?
  private var length: UInt32 = 0
  private var times: UInt32 = 0

  public var count: Int { Int(times) }

  public init() {}

  public init(first: UnsafeRawBufferPointer, count: Int) {
    self.first = first
    times = UInt32(clamping: count)
  }

  public internal(set) var first: UnsafeRawBufferPointer {
    get { UnsafeRawBufferPointer(start: start, count: Int(length)) }
    set {
      start = newValue.baseAddress
      length = UInt32(clamping: newValue.count)
    }
  }

  public mutating func add(_ value: UnsafeRawBufferPointer) {
    if count == 0 { first = value }
    if times < .max { times &+= 1 }
  }
}

extension MCPRequest {
  /// One field as received; names are compared without regard to case (RFC 9110 section 5.1). Only a name of a length
  /// that counts is looked at.
  public mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    switch name.count {
    case 4: if Self.isName(name, "host") { host.add(value) }
    case 6: if Self.isName(name, "origin") { origin.add(value) }
    case 8: if Self.isName(name, "mcp-name") { mcpName.add(value) }
    case 10 where Self.isName(name, "mcp-method"): mcpMethod.add(value)
    case 13 where Self.isName(name, "authorization"): authorization.add(value)
    case 20 where Self.isName(name, "mcp-protocol-version"): protocolVersion.add(value)
    case 29 where Self.isName(name, "access-control-request-method"): preflightMethod.add(value)
    case 11...: addParameter(name, value)
    default: break
    }
  }

  private mutating func addParameter(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    let prefix: StaticString = "mcp-param-"
    guard name[0] | 0x20 == UInt8(ascii: "m"),
      Self.isName(UnsafeRawBufferPointer(rebasing: name.prefix(prefix.count)), prefix)
    else { return }
    guard parameters.count < Self.mostParameters else {
      hasMoreParameters = true
      return
    }
    parameters.append((UnsafeRawBufferPointer(rebasing: name.dropFirst(prefix.count)), value))
  }

  /// More than any tool has; so that a sender does not choose how much is kept.
  private static let mostParameters = 256

  /// Whether a field with a name of this length, beginning with this byte, may be one that is read.
  public static func mayRead(_ length: Int, _ first: UInt8) -> Bool {
    switch first | 0x20 {
    case UInt8(ascii: "h"): length == 4
    case UInt8(ascii: "o"): length == 6
    case UInt8(ascii: "m"): length >= 8
    case UInt8(ascii: "a"): length == 13 || length == 29
    default: false
    }
  }

  /// `expected` is in lower case and of the same length. (strncasecmp would follow the process's locale.)
  private static func isName(_ name: UnsafeRawBufferPointer, _ expected: StaticString) -> Bool {
    guard let start = name.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
    let expected = expected.utf8Start
    let count = name.count
    var index = 0
    while index < count {
      // As words: where size counts, the compiler reads bytes into a part of a register, which waits for the rest of it.
      let byte = UInt32(start[index])
      let wanted = UInt32(expected[index])
      // Most are the same; the others have to be a capital of the letter.
      guard byte == wanted || (byte &- 0x41 < 26 && byte | 0x20 == wanted) else { return false }
      index &+= 1
    }
    return true
  }
}
