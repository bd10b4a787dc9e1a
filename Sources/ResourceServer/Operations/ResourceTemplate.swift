import Support

/// A URI template (RFC 6570) that a rule is about.
///
/// RFC 6570 says how a template becomes a URI, and not how to find out whether a URI came from it; MCP SDKs each have
/// their own way. This matches what any of them matches, so that none gets around a rule:
///
/// | expression | what it stands for |
/// |---|---|
/// | `{id}`, `{a,b}`, `{;id}` | any text without a slash, none included |
/// | `{/id}`, `{.id}` | the same behind a slash or a dot |
/// | `{+path}`, `{#path}`, `{path*}`, `{path:path}` | any text |
/// | `{/path*}`, `{/a,b}`, `{.path*}` | any text that begins with a slash or a dot, or none |
/// | `{?query}`, `{&query}`, and what follows a ? | nothing: a query is not compared |
///
/// Of two expressions that stand for any text, and of what is between them, any text is taken.
final class ResourceTemplate: Sendable {
  let text: ByteString
  /// By the number of a `ResourceReading`.
  private let patterns: [URIPattern]
  /// Whether every way of reading its literals leads to the same.
  let isPlain: Bool
  /// How much of a URI it fixes.
  let literalCount: Int

  private init(_ text: ByteString, _ parts: TemplateParts, example: ByteString) {
    self.text = text
    isPlain = ResourceReading.isPlain(example)
    var patterns: [URIPattern] = []
    for reading in ResourceReading.all { patterns.append(parts.pattern(in: reading)) }
    self.patterns = patterns
    literalCount = patterns.first?.literalCount ?? 0
  }

  static func parse(_ text: ByteString) throws(AuthError) -> ResourceTemplate {
    let parts = try TemplateParts(text)
    let example = parts.example
    if let fault = spellingFault(of: example) { throw TemplateParts.refused(text, "\(fault)") }
    return ResourceTemplate(text, parts, example: example)
  }

  func matches(_ text: ByteString, in reading: ResourceReading) -> Bool {
    patterns.indices.contains(reading.number) && patterns[reading.number].matches(text)
  }

  /// Whether `other` is a template, and its URIs may be of this one too, as far as their beginnings tell.
  func mayOverlap(withTemplate other: ByteString) -> Bool {
    guard other.bytes.contains(UInt8(ascii: "{")) else { return false }
    let prefix = (patterns.first?.prefix ?? "").bytes
    let otherPrefix = ResourceReading.usual.text(of: other).bytes.prefix { $0 != UInt8(ascii: "{") }
    return prefix.starts(with: otherPrefix) || otherPrefix.starts(with: prefix)
  }
}
