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
  public init(_ text: ByteString) throws(AuthError) {
    func refuse(_ why: Diagnostic) -> AuthError { AuthError(.invalidArgument, "claim path \(quoted(text)) \(why)") }
    guard text.count <= Self.longest, text.isValidUTF8, !text.bytes.contains(0) else {
      throw refuse("is longer than \(Self.longest) bytes, or is not UTF-8 text without NUL")
    }
    let isPointer = text.hasPrefix("/")
    let separator = isPointer ? UInt8(ascii: "/") : UInt8(ascii: ".")
    var names = (isPointer ? text.dropFirst(1) : text).split(separator: separator, keepsEmpty: true)
    if isPointer { names = names.map { Self.unescaped($0) } }
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
    guard name.count <= 6, let index = name.decimal else { return nil }
    return array.element(Int(index))
  }

  /// `~1` is a slash and `~0` a tilde (RFC 6901 section 4).
  private static func unescaped(_ name: ByteString) -> ByteString {
    var result = ByteString()
    var isBehindTilde = false
    for byte in name.bytes {
      switch byte {
      case UInt8(ascii: "1") where isBehindTilde: result.bytes[result.count &- 1] = UInt8(ascii: "/")
      case UInt8(ascii: "0") where isBehindTilde: break
      default: result.append(byte)
      }
      isBehindTilde = byte == UInt8(ascii: "~")
    }
    return result
  }
}
