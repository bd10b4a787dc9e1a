import CSystem

/// The normal form of a URL (RFC 3986 sections 6.2.2 and 6.2.3), as clients make it before they compare.
extension HTTPURL {
  /// Scheme and host in lower case, no default port, IPv6 addresses as RFC 5952 writes them, escapes in upper case and
  /// only where needed, no dot segments. nil when a % begins no escape, or the address in brackets is none. An empty
  /// path and "/" both stay as they are.
  public var normalForm: ByteString? {
    guard let host = normalHost, let path = Self.normalPath(path) else { return nil }
    let scheme: ByteString = isHTTPS ? "https://" : "http://"
    return scheme + host + normalPort + path + query
  }

  /// In lower case; an IPv6 address as RFC 5952 writes it, in brackets.
  public var normalHost: ByteString? {
    guard origin.bytes.contains(UInt8(ascii: "[")) else { return host.lowercased }
    var address = in6_addr()
    var text = [CChar](repeating: 0, count: 64)
    let isAddress = (host.bytes + [0]).withUnsafeBytesTyped { host in
      inet_pton(CInt(mcpauth_AF_INET6), host.bindMemory(to: CChar.self).baseAddress, &address) == 1
    }
    guard isAddress, inet_ntop(CInt(mcpauth_AF_INET6), &address, &text, socklen_t(text.count)) != nil else {
      return nil
    }
    return text.withUnsafeBufferPointer { text in text.baseAddress.map { "[" + ByteString(cString: $0) + "]" } }
  }

  private var normalPort: ByteString {
    guard let number = port.dropFirst(1).decimal, number != (isHTTPS ? 443 : 80) else { return "" }
    return ByteString(":\(number)" as Diagnostic)
  }

  private static func normalPath(_ path: ByteString) -> ByteString? {
    var normal: [UInt8] = []
    var rest = path.bytes[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        normal.append(byte)
        continue
      }
      guard let value = escapedByte(&rest) else { return nil }
      if isUnreserved(value) {
        normal.append(value)
      } else {
        normal += [byte, upperHexDigit(value >> 4), upperHexDigit(value & 0x0F)]
      }
    }
    return withoutDotSegments(ByteString(normal))
  }

  /// RFC 3986 section 5.2.4, for a path that is empty or begins with a slash.
  private static func withoutDotSegments(_ path: ByteString) -> ByteString {
    let segments = path.split(separator: UInt8(ascii: "/"), keepsEmpty: true)
    var kept: [ByteString] = []
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      switch segment {
      case ".": if isLast { kept.append("") }
      case "..":
        if kept.count > 1 { kept.removeLast() }
        if isLast { kept.append("") }
      default: kept.append(segment)
      }
    }
    var result = ByteString()
    for (index, segment) in kept.enumerated() {
      if index > 0 { result.append(UInt8(ascii: "/")) }
      result.append(segment)
    }
    return result
  }
}

/// `text` with its escapes (RFC 3986 section 2.1) decoded; nil when a % begins none.
public func percentDecoded(_ text: ByteString) -> ByteString? {
  var decoded = ByteString()
  var rest = text.bytes[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%") else {
      decoded.append(byte)
      continue
    }
    guard let value = escapedByte(&rest) else { return nil }
    decoded.append(value)
  }
  return decoded
}

/// The same URL with scheme and host in lower case, where case does not count (RFC 3986 section 6.2.2.1); nil for what is
/// no http or https URL, or names a user, whose case counts.
public func withLowercaseOrigin(_ text: ByteString) -> ByteString? {
  let schemeEnd =
    text.prefix(8).equalsIgnoringCase("https://") ? 8 : text.prefix(7).equalsIgnoringCase("http://") ? 7 : 0
  guard schemeEnd > 0 else { return nil }
  let end = text.bytes[schemeEnd...].firstIndex { [0x2F, 0x3F, 0x23].contains($0) } ?? text.count  // / ? #
  let origin = text.prefix(end)
  guard !origin.bytes.contains(UInt8(ascii: "@")) else { return nil }
  return origin.lowercased + text.dropFirst(end)
}

/// The byte that the two hexadecimal digits at the beginning of `rest` stand for, which are taken off.
public func escapedByte(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
  guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else { return nil }
  return high << 4 | low
}

private func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case 0x30...0x39: digit &- 0x30
  case 0x41...0x46: digit &- 0x37
  case 0x61...0x66: digit &- 0x57
  default: nil
  }
}

private func upperHexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 &+ nibble : 0x37 &+ nibble }

/// RFC 3986 section 2.3.
private func isUnreserved(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
    UInt8(ascii: "~"):
    true
  default: false
  }
}
