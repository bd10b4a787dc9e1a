import Support

/// The scopes that resources need, by exact URI and by template.
///
/// As MCP SDKs look for a resource: a rule of the exact URI goes before templates, and of templates the one with the longest
/// literal. Where a URI is spelled so that hosts differ on what it is, all rules count that any of them could mean.
struct ResourceRules: Sendable {
  private var exact = TextLists()
  /// The exact rules once more, by what all spellings of their URIs have in common.
  private var byKey = TextLists()
  private var templates: [ResourceTemplate] = []
  private var byTemplate = TextLists()
  private var areTemplatesPlain = true

  var isEmpty: Bool { exact.isEmpty && templates.isEmpty }
  var templateCount: Int { templates.count }

  mutating func add(_ scope: ByteString, toURI uri: ByteString) {
    exact.add(scope, to: uri)
    byKey.add(scope, to: ResourceReading.key(of: uri))
  }

  mutating func add(_ scope: ByteString, toTemplate template: ResourceTemplate) {
    if byTemplate[template.text].isEmpty { templates.append(template) }
    byTemplate.add(scope, to: template.text)
    areTemplatesPlain = areTemplatesPlain && template.isPlain
  }

  func contains(template text: ByteString) -> Bool { !byTemplate[text].isEmpty }

  /// Nothing for what no rule is about. `uri` may be a template's text, as in a completion/complete.
  func scopes(for uri: ByteString) throws(AuthError) -> [ByteString] {
    if isEmpty { return [] }
    let named = exact[uri] + byTemplate[uri]
    guard named.isEmpty else { return named }
    if let fault = spellingFault(of: uri) {
      throw AuthError(
        .invalidRequest,
        "resource URI \(quoted(uri)) \(fault); there are rules for resources, so that it has to be clear which it is")
    }
    return templateScopes(uri) + otherSpellings(uri)
  }

  /// Of exact URIs that some host takes this one for.
  private func otherSpellings(_ uri: ByteString) -> [ByteString] {
    let path = ResourceReading.withoutQuery(uri)
    return byKey[ResourceReading.key(of: path)] + (path == uri ? [] : byKey[ResourceReading.key(of: uri)])
  }

  private func templateScopes(_ uri: ByteString) -> [ByteString] {
    if templates.isEmpty { return [] }
    let path = ResourceReading.withoutQuery(uri)
    let isPlain = ResourceReading.isPlain(path)
    var longest = 0
    var others: [ResourceTemplate] = []
    var needed: [ByteString] = []
    for template in templates {
      guard template.matches(path, in: .usual) else {
        others.append(template)
        continue
      }
      if isPlain, template.literalCount > longest { needed = [] }
      if isPlain, template.literalCount < longest { continue }
      longest = template.literalCount
      needed += byTemplate[template.text]
    }
    if isPlain, areTemplatesPlain, path.count == uri.count { return needed }
    return needed + scopes(of: others, for: uri)
  }

  /// Of those that `uri` is one of in another way of reading it.
  private func scopes(of templates: [ResourceTemplate], for uri: ByteString) -> [ByteString] {
    var needed: [ByteString] = []
    var matching = templates.map { $0.mayOverlap(withTemplate: uri) }
    for reading in ResourceReading.all {
      for text in reading.texts(of: uri) {
        for (index, template) in templates.enumerated() where !matching[index] {
          matching[index] = template.matches(text, in: reading)
        }
      }
    }
    for (index, template) in templates.enumerated() where matching[index] { needed += byTemplate[template.text] }
    return needed
  }
}
