import JSON
import Support

/// Where a claim lies: `sub`, `realm_access.roles` with dots between names, or a JSON Pointer (RFC 6901) beginning with a
/// slash for names that hold dots themselves, as in `/https:~1~1example.com~1roles`. A number names an array's element.
///
/// A name that is `{client}` stands for the client the token was issued to (Keycloak's `resource_access.{client}.roles`).
public struct ClaimPath: Sendable, Equatable {
  public let text: ByteString
  /// nil stands for the client.
  private let names: [ByteString?]

  private static let longest = 512
  private static let mostNames = 16

  /// INVALID_ARGUMENT.
  public init(_ text: ByteString) throws(Failure) {
    func refuse(_ why: Message) -> Failure { Failure(.invalidArgument, "claim path \(quoted(text)) \(why)") }
    guard text.count <= Self.longest, text.isValidUTF8, !text.bytes.contains(0) else {
      throw refuse("is longer than \(Self.longest) bytes, or is not UTF-8 text without NUL")
    }
    let isPointer = text.hasPrefix("/")
    let separator = isPointer ? UInt8(ascii: "/") : UInt8(ascii: ".")
    let parts = text.bytes.split(separator: separator, omittingEmptySubsequences: false).map { ByteString($0) }
    let names = isPointer ? parts.dropFirst().map { Self.unescaped($0) } : parts
    guard !names.isEmpty, names.count <= Self.mostNames, names.allSatisfy({ !$0.isEmpty }) else {
      throw refuse("has an empty name or more than \(Self.mostNames) names")
    }
    self.text = text
    self.names = names.map { $0 == "{client}" ? nil : $0 }
  }

  /// The value at this path below `root`; nil where there is none. `clientID` fills in for `{client}`.
  public func value(in root: JSONValue, clientID: TextView?) -> JSONValue? {
    var value = root
    for name in names {
      guard let name = name ?? clientID.map({ ByteString($0) }) else { return nil }
      guard let next = value.kind == .array ? Self.element(name, of: value) : value.member(named: name) else {
        return nil
      }
      value = next
    }
    return value
  }

  private static func element(_ name: ByteString, of array: JSONValue) -> JSONValue? {
    guard (1...6).contains(name.count), name.bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return array.element(name.bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }

  /// `~1` is a slash and `~0` a tilde (RFC 6901 section 4).
  private static func unescaped(_ name: ByteString) -> ByteString {
    var result = ByteString()
    var rest = name.bytes[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "~"), rest.first == UInt8(ascii: "1") || rest.first == UInt8(ascii: "0") {
        result.append(rest.popFirst() == UInt8(ascii: "1") ? UInt8(ascii: "/") : byte)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
