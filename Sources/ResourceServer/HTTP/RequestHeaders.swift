import Support

/// The header fields of a request that the library reads, out of all that the host received. Borrowed from the host.
public struct RequestHeaders {
  /// How often a field was sent, and its first value.
  public struct Field {
    public fileprivate(set) var first = UnsafeRawBufferPointer(start: nil, count: 0)
    public private(set) var count = 0

    public init() {}

    public init(first: UnsafeRawBufferPointer, count: Int) {
      self.first = first
      self.count = count
    }

    public mutating func add(_ value: UnsafeRawBufferPointer) {
      if count == 0 { first = value }
      count &+= 1
    }
  }

  public var authorization = Field()
  public var mcpMethod = Field()
  public var mcpName = Field()
  private(set) var protocolVersion = Field()
  private(set) var host = Field()
  private(set) var origin = Field()
  private(set) var preflightMethod = Field()
  /// Mcp-Param-*, by what stands behind the second hyphen.
  private(set) var parameters: [(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)] = []

  /// The host passes all fields, so that one which is not here was not sent; before version 0.2 it named some of them.
  let areAll: Bool

  public init(areAll: Bool) { self.areAll = areAll }

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
    let prefix: Literal = "mcp-param-"
    guard Self.isName(UnsafeRawBufferPointer(rebasing: name.prefix(prefix.count)), prefix),
      parameters.count < Self.mostParameters
    else { return }
    parameters.append((UnsafeRawBufferPointer(rebasing: name.dropFirst(prefix.count)), value))
  }

  /// More than any tool has; so that a sender does not choose how much is kept.
  private static let mostParameters = 256

  /// Gives each text that is kept to `body`, which may put another in its place.
  mutating func forEachText(_ body: (inout UnsafeRawBufferPointer) -> Void) {
    body(&authorization.first)
    body(&mcpMethod.first)
    body(&mcpName.first)
    body(&protocolVersion.first)
    body(&host.first)
    body(&origin.first)
    body(&preflightMethod.first)
    for index in parameters.indices {
      body(&parameters[index].name)
      body(&parameters[index].value)
    }
  }

  /// `expected` is in lower case and of the same length. (strncasecmp would follow the process's locale.)
  private static func isName(_ name: UnsafeRawBufferPointer, _ expected: Literal) -> Bool {
    zip(name, expected.bytes).allSatisfy { ((0x41...0x5A).contains($0) ? $0 | 0x20 : $0) == $1 }
  }
}
