import Support

/// Where a web page comes from, as browsers write it into Origin (RFC 6454 section 6.2): scheme, host and port.
struct WebOrigin: Sendable, Equatable {
  /// In lower case, without the scheme's default port and without the dot that may end a name: what is compared.
  let text: ByteString
  let isLoopback: Bool

  /// nil for what names no origin: "null" (a sandboxed frame or a file, which anybody can be), a list, a path.
  init?(_ text: ByteString) {
    guard text.count <= HTTPURL.longest, let (scheme, rest) = Self.split(text.lowercased) else { return nil }
    guard scheme == "http" || scheme == "https" else {
      // Such as vscode-webview://<id>: nothing is known of its form, so it is compared as it stands.
      guard !rest.isEmpty, rest.bytes.allSatisfy(Self.isOpaqueCharacter) else { return nil }
      self.text = scheme + "://" + rest
      isLoopback = false
      return
    }
    guard let authority = Authority(rest) else { return nil }
    let port = authority.port == (scheme == "http" ? 80 : 443) ? nil : authority.port
    self.text = scheme + "://" + Authority.text(authority.host, port)
    isLoopback = authority.isLoopback
  }

  private static func split(_ text: ByteString) -> (ByteString, ByteString)? {
    guard let colon = text.bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
    let scheme = text.prefix(colon)
    let rest = text.dropFirst(colon)
    guard rest.hasPrefix("://"), scheme.bytes.allSatisfy(isSchemeCharacter) else { return nil }
    return (scheme, rest.dropFirst(3))
  }

  /// RFC 3986 section 3.1, in lower case.
  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): return true
    default: return false
    }
  }

  /// Printable ASCII without what ends an authority (RFC 3986 section 3.2) or begins another item of a list.
  private static func isOpaqueCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: ","):
      return false
    default: return byte > 0x20 && byte < 0x7F
    }
  }
}

/// Host and port, as Host has them (RFC 9110 section 7.2), in normal form.
struct Authority: Sendable, Equatable {
  /// An IPv6 address is in brackets.
  let host: ByteString
  let port: Int64?
  let isLoopback: Bool

  init?(_ text: ByteString) {
    // A name may end with a dot, which stands for the root: it is the same host.
    let colon = text.bytes.lastIndex(of: UInt8(ascii: ":")).flatMap { text.hasSuffix("]") ? nil : $0 } ?? text.count
    let name = text.prefix(colon)
    let dotless = name.hasSuffix(".") && name.count > 1 ? name.dropLast(1) : name
    do throws(AuthError) {
      let url = try HTTPURL("http://" + dotless.lowercased + text.dropFirst(colon), what: "host")
      guard url.path.isEmpty, url.query.isEmpty, let normal = url.normalHost else { return nil }
      host = normal
      port = url.port.dropFirst(1).decimal
      isLoopback = url.isLoopback || normal == "[::1]"
    } catch {
      return nil
    }
  }

  /// Of a host, whatever the port.
  init?(host: ByteString) {
    guard let authority = Authority(host), authority.port == nil else { return nil }
    self = authority
  }

  /// Without a port, any is covered.
  func covers(_ other: Authority) -> Bool { host == other.host && (port == nil || port == other.port) }

  static func text(_ host: ByteString, _ port: Int64?) -> ByteString {
    port.map { host + ByteString(":\($0)" as Diagnostic) } ?? host
  }
}
