/// An absolute http or https URL as configuration may hold it: issuer, resource, key set, metadata.
///
/// Deliberately narrower than RFC 3986: ASCII without spaces, quotes, backslashes or control characters, no user, no
/// fragment. The text itself is kept as given, because identifiers are compared byte for byte.
public struct HTTPURL: Sendable, Equatable {
  public static let longest = 2048

  /// In one place, so that a URL is one word wherever it goes.
  private final class Parts: Sendable {
    let text, host, port, path, query: ByteString
    let isHTTPS: Bool

    init(
      _ text: ByteString, isHTTPS: Bool, host: ByteString, port: ByteString, path: ByteString, query: ByteString
    ) {
      self.text = text
      self.isHTTPS = isHTTPS
      self.host = host
      self.port = port
      self.path = path
      self.query = query
    }
  }

  private let parts: Parts

  public var text: ByteString { parts.text }
  public var isHTTPS: Bool { parts.isHTTPS }
  /// Without the brackets of an IPv6 address.
  public var host: ByteString { parts.host }
  /// As written, with the colon in front; empty when absent.
  public var port: ByteString { parts.port }
  /// From the first slash up to the query; empty when there is none.
  public var path: ByteString { parts.path }
  /// With its question mark; empty when there is none.
  public var query: ByteString { parts.query }

  public static func == (left: HTTPURL, right: HTTPURL) -> Bool { left.text == right.text }

  /// `what` names the value in the message, such as "resource".
  public init(_ text: ByteString, what: StaticString) throws(AuthError) {
    func refuse(_ why: Diagnostic) -> AuthError {
      AuthError(.invalidArgument, "\(what) \(quoted(text)) \(why)")
    }
    guard text.count <= Self.longest else { throw refuse("is longer than \(Self.longest) bytes") }
    guard text.bytes.allSatisfy(Self.isAllowed) else {
      throw refuse(
        Self.hasForeignHost(text)
          ? "has letters beyond ASCII in its host name; write that in its xn-- form (punycode), which a browser gives when "
            + "the address is copied out of it"
          : "has a character that a URL cannot have; percent-encode it")
    }
    guard !text.bytes.contains(UInt8(ascii: "#")) else { throw refuse("has a fragment (#...); leave it out") }

    let rest: ByteString
    let isHTTPS: Bool
    if text.hasPrefix("https://") {
      (isHTTPS, rest) = (true, text.dropFirst(8))
    } else if text.hasPrefix("http://") {
      (isHTTPS, rest) = (false, text.dropFirst(7))
    } else {
      throw refuse("is not a URL that begins with https:// (or http://), in lower case")
    }
    let authorityEnd = rest.bytes.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.count
    let authority = rest.prefix(authorityEnd)
    guard !authority.bytes.contains(UInt8(ascii: "@")) else { throw refuse("has a user name in it; leave it out") }
    guard let (host, port) = Self.split(authority: authority) else {
      throw refuse("has no valid host name and port")
    }
    let afterAuthority = rest.dropFirst(authorityEnd)
    let queryStart = afterAuthority.bytes.firstIndex(of: UInt8(ascii: "?")) ?? afterAuthority.count
    parts = Parts(
      text, isHTTPS: isHTTPS, host: host, port: port, path: afterAuthority.prefix(queryStart),
      query: afterAuthority.dropFirst(queryStart))
  }

  /// Scheme, host and port, as written.
  public var origin: ByteString { text.dropLast(path.count + query.count) }

  /// A host that cannot be another machine: 127.0.0.0/8, ::1 or localhost, literally.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: UInt8(ascii: "."), keepsEmpty: true)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy(Self.isDecimalByte)
  }

  /// An internationalised domain name, as people write it.
  private static func hasForeignHost(_ text: ByteString) -> Bool {
    let schemeEnd = text.hasPrefix("https://") ? 8 : text.hasPrefix("http://") ? 7 : 0
    let host = text.bytes[schemeEnd...].prefix { ![0x2F, 0x3F, 0x23].contains($0) }  // up to / ? #
    return host.contains { $0 >= 0x80 }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    guard byte > 0x20, byte < 0x7F else { return false }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
      UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
      return false
    default: return true
    }
  }

  private static func isDecimalByte(_ part: ByteString) -> Bool { part.count <= 3 && (part.decimal ?? 256) <= 255 }

  /// `host`, `host:port`, `[address]` or `[address]:port`.
  private static func split(authority: ByteString) -> (ByteString, ByteString)? {
    let isAddress = authority.hasPrefix("[")
    let end: Int
    if isAddress {
      guard let close = authority.bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      end = close
    } else {
      end = authority.bytes.firstIndex(of: UInt8(ascii: ":")) ?? authority.count
    }
    let host = authority.prefix(end).dropFirst(isAddress ? 1 : 0)
    let port = authority.dropFirst(isAddress ? end &+ 1 : end)
    let hasHost = !host.isEmpty && host.bytes.allSatisfy(isAddress ? isAddressCharacter : isNameCharacter)
    return hasHost && isPort(port) ? (host, port) : nil
  }

  private static func isPort(_ port: ByteString) -> Bool {
    if port.isEmpty { return true }
    guard port.hasPrefix(":"), port.count <= 6, let number = port.dropFirst(1).decimal else { return false }
    return (1...65535).contains(number)
  }

  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): return true
    default: return false
    }
  }

  private static func isAddressCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: ":"), UInt8(ascii: "."): return true
    default: return false
    }
  }
}
