import Support

/// Why a resource's URI is read so differently by different hosts that no rule could be sure to hold for it; nil for one that
/// a rule can be about (attack A57).
func spellingFault(of uri: ByteString) -> StaticString? {
  guard !uri.hasControlCharacter, !uri.hasPrefix(" "), !uri.hasSuffix(" ") else {
    return "has a control character in it, or a blank around it, which some hosts leave out"
  }
  let read = ResourceReading.broadest.text(of: uri)
  guard read.isValidUTF8, !read.bytes.contains(0) else {
    return "has escapes of a NUL, or of what is not UTF-8"
  }
  guard !hasDotSegment(read) else {
    return "has a segment . or .. in it, which some hosts resolve; write the URI as it is without"
  }
  let scheme = ByteString(uri.bytes.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") })
  guard scheme.count < uri.count, uri.bytes[scheme.count] == UInt8(ascii: ":") else { return nil }
  guard scheme.lowercased == scheme, !hasOddOrigin(uri, scheme) else {
    return
      "has a scheme or host that is not in normal form (RFC 3986 section 6.2.2): in lower case, without a default port"
  }
  return nil
}

/// Whatever separates segments for some host: beside slashes the beginning of parameters, query or fragment, and the end of
/// the scheme.
private func hasDotSegment(_ text: ByteString) -> Bool {
  let separators: ByteString = "/;?#:"
  return text.bytes.split { separators.bytes.contains($0) }
    .contains { $0.elementsEqual([UInt8(ascii: ".")]) || $0.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) }
}

/// The schemes whose origin hosts bring into normal form before they compare (WHATWG URL).
private func hasOddOrigin(_ uri: ByteString, _ scheme: ByteString) -> Bool {
  switch scheme {
  case "http", "https":
    let rest = uri.dropFirst(scheme.count + 3)
    let origin = uri.prefix(uri.count - rest.bytes.drop { ![0x2F, 0x5C, 0x3F, 0x23].contains($0) }.count)  // / \ ? #
    do throws(AuthError) {
      return try HTTPURL(origin, what: "resource").normalForm != origin
    } catch {
      return true
    }
  case "file":
    guard uri.hasPrefix("file://") else { return true }
    let host = ByteString(uri.dropFirst(7).bytes.prefix { $0 != UInt8(ascii: "/") })
    return host == "localhost" || host.bytes.contains { !(0x61...0x7A).contains($0) && !(0x2D...0x39).contains($0) }
  default: return false
  }
}
