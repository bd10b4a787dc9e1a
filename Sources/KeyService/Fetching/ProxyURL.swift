import Support

/// The rules for a proxy's URL, which may hold a password: no message shows any of it, and no URL goes to curl that curl
/// would read otherwise than it was meant, or leave out.
public enum ProxyURL {
  private static let schemes: [StaticString] = [
    "http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://",
  ]

  /// What is wrong with a proxy's URL, without any of it; nil when it can be used.
  public static func problem(of url: ByteString) -> Diagnostic? {
    guard url.count <= HTTPURL.longest, !url.hasControlCharacter,
      let scheme = schemes.first(where: { url.hasPrefix($0) })
    else {
      return "is not a URL that begins with http://, https://, socks4://, socks4a://, socks5:// or socks5h://"
    }
    return problem(ofAuthority: url.dropFirst(scheme.count))
  }

  /// The same for the proxy that the environment names for https, which may go without a scheme. curl takes the first of
  /// these that is not empty.
  public static func problemOfEnvironment() -> Diagnostic? {
    let names: [StaticString] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    for name in names {
      guard let value = environment(name) else { continue }
      let lowered = value.lowercased
      let scheme = schemes.first { lowered.hasPrefix($0) }
      guard let problem = problem(ofAuthority: value.dropFirst(scheme?.count ?? 0)) else { return nil }
      return "the proxy that \(name) in the environment names \(problem)"
    }
    return nil
  }

  /// `[user[:password]@]host[:port][/]`.
  private static func problem(ofAuthority text: ByteString) -> Diagnostic? {
    let at = text.bytes.lastIndex(of: UInt8(ascii: "@"))
    if let at, let problem = problem(ofUser: text.prefix(at)) { return problem }
    let host = at.map { text.dropFirst($0 &+ 1) } ?? text
    do throws(AuthError) {
      let url = try HTTPURL("http://" + host, what: "proxy")
      if url.query.isEmpty, url.path.isEmpty || url.path == "/" { return nil }
    } catch {}
    return "has no valid host name and port (1 to 65535) after its user name, or something behind them"
  }

  /// With a control character, which is what %00 and %0a stand for, curl 7.88 leaves the proxy out and goes to the server
  /// itself.
  private static func problem(ofUser text: ByteString) -> Diagnostic? {
    let bytes = text.bytes
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "@"), byte != UInt8(ascii: "/") else {
        return "has a character in its user name or password that has to be percent-encoded"
      }
      index &+= 1
      guard byte == UInt8(ascii: "%") else { continue }
      guard index &+ 1 < bytes.count, let high = hexDigit(bytes[index]), let low = hexDigit(bytes[index &+ 1]) else {
        return "has a % in its user name or password that no two hexadecimal digits follow; write it as %25"
      }
      let decoded = high << 4 | low
      guard decoded >= 0x20, decoded != 0x7F else {
        return "has a control character, percent-encoded, in its user name or password"
      }
      index &+= 2
    }
    return nil
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x41...0x46: byte &- 0x37
    case 0x61...0x66: byte &- 0x57
    default: nil
    }
  }
}
