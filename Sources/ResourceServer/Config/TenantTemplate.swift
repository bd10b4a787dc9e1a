import Support

/// An issuer identifier with a hole for the tenant, such as `https://login.microsoftonline.com/{tenantid}/v2.0`.
struct TenantTemplate: Sendable {
  let text: ByteString
  private let before, after: ByteString

  private static let hole: StaticString = "{tenantid}"

  init(_ text: ByteString) throws(AuthError) {
    var start = 0
    while start < text.count, !text.dropFirst(start).hasPrefix(Self.hole) { start += 1 }
    before = ByteString(text.bytes.prefix(start))
    after = text.dropFirst(start + Self.hole.count)
    self.text = text
    // A second hole is no character of a URL.
    let example = try HTTPURL(before + "tenant" + after, what: "tenant template, filled in,")
    guard start < text.count, example.origin.count < start, example.query.isEmpty else {
      throw AuthError(
        .invalidArgument, "tenant template \(quoted(text)) has to be an issuer with {tenantid} in its path, once")
    }
  }

  func filledIn(_ tenant: ByteString) -> ByteString { before + tenant + after }
}
