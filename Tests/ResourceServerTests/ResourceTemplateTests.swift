import Support
import Testing

@testable import ResourceServer

private func matches(_ template: String, _ uri: String) throws -> Bool {
  try ResourceTemplate.parse(ByteString(template)).matches(ByteString(uri), in: .usual)
}

private func refusal(_ template: String) -> ResultCode? {
  do throws(AuthError) {
    _ = try ResourceTemplate.parse(ByteString(template))
    return nil
  } catch {
    return error.result
  }
}

private func rules(_ uris: [String: String] = [:], _ templates: [String: String] = [:]) throws -> ResourceRules {
  var rules = ResourceRules()
  for (uri, scope) in uris { rules.add(ByteString(scope), toURI: ByteString(uri)) }
  for (text, scope) in templates {
    rules.add(ByteString(scope), toTemplate: try ResourceTemplate.parse(ByteString(text)))
  }
  return rules
}

/// Sorted; nil where the URI is refused.
private func needed(_ rules: ResourceRules, _ uri: String) -> [String]? {
  do throws(AuthError) {
    return try rules.scopes(for: ByteString(uri)).map { String(decoding: $0.bytes, as: UTF8.self) }.sorted()
  } catch {
    #expect(error.result == .invalidRequest)
    return nil
  }
}

/// What the SDKs for Python (1 and 2) and TypeScript and fastmcp let each expression match.
@Test(arguments: [
  (
    "docs://{id}", ["docs://a", "docs://a,b", "docs://", "docs://a%2Fb", "docs://a&b"],
    ["docs://a/b", "doc://a", "docs:/a"]
  ),
  (
    "docs://{id}/data", ["docs://a/data", "docs:///data"],
    ["docs://a/b/data", "docs://a/data/", "docs://a/dat", "docs://data"]
  ),
  (
    "x://a{b}c{d}e", ["x://ace", "x://a1c2e", "x://accee", "x://acece"], ["x://a1c/e", "x://a1e", "x://ac", "x://1ce"]
  ),
  ("x://{a}-{b}/y", ["x://1-2/y", "x://1--2/y", "x://-/y"], ["x://12/y", "x://1/-2/y"]),
  ("docs://{+path}", ["docs://", "docs://a/b/c"], ["docs:/a"]),
  ("docs://{path*}", ["docs://a/b/c", "docs://a"], ["doc://a"]),
  ("docs://{path:path}", ["docs://a/b"], ["doc://a"]),
  ("a:{+p}/x{v}", ["a:1/x2", "a:1/x/b/x1", "a:/x"], ["a:1/x/2", "a:1/y"]),
  ("a:{+p}b{+q}c", ["a:1b2c", "a:/c", "a:c"], ["a:1b2"]),
  ("files{/path*}", ["files", "files/a/b"], ["filesystem", "file"]),
  ("files{/a,b}", ["files/a/b", "files/a", "files"], ["filesystem"]),
  ("files{/name}", ["files/a", "files/"], ["files", "files/a/b", "filesa"]),
  ("x://a{.ext}", ["x://a.txt", "x://a."], ["x://a", "x://a.t/b"]),
  ("x://a{;p}", ["x://a;p=1", "x://a"], ["x://a;p=1/b"]),
  ("logs://{s}{?since,level}", ["logs://api"], ["logs://api/x"]),
  ("logs://x{?a}{&b}", ["logs://x"], ["logs://xy"]),
  ("logs://x?fixed=1{&b}", ["logs://x"], ["logs://xy"]),
  ("{scheme}://x", ["a://x", "://x"], ["a/b://x"]),
  ("{a}{b}", ["x", ""], ["a/b"]),
])
func aTemplateMatchesWhatAnSDKLetsItMatch(template: String, matching: [String], others: [String]) throws {
  for uri in matching { #expect(try matches(template, uri), "\(uri)") }
  for uri in others { #expect(try !matches(template, uri), "\(uri)") }
}

@Test(arguments: [
  "docs://x", "", "docs://{id", "docs://id}", "docs://{}", "docs://{+}", "docs://{a b}", "docs://{a,,b}", "docs://{=a}",
  "docs://{!a}", "docs://{{a}}", "docs://{?q}/x", "docs://{?q}{id}", "docs://../{id}", "docs://%2e%2e/{id}",
  "docs://.{/a}", "Docs://{id}", "https://Example.com/{id}", "https://example.com:443/{id}", "file://localhost/{id}",
  "file:{+path}", "docs://%00{id}", "docs://%ff{id}",
])
func aTemplateThatCouldGuardNothingIsRefused(template: String) {
  #expect(refusal(template) == .invalidArgument)
}

@Test func exactURIsGoBeforeTemplatesAndLongLiteralsBeforeShortOnes() throws {
  let rules = try rules(
    ["docs://pub/1": "exact"], ["docs://{+path}": "all", "docs://pub/{id}": "pub", "docs://{kind}/new": "new"])
  #expect(needed(rules, "docs://pub/1") == ["exact"])
  #expect(needed(rules, "docs://pub/2") == ["pub"])
  #expect(needed(rules, "docs://other/2") == ["all"])
  #expect(needed(rules, "docs://pub/new") == ["new", "pub"], "equally long")
  #expect(needed(rules, "docs://x/new") == ["new"])
  #expect(needed(rules, "other://x") == [])
}

@Test func ofEquallyLongTemplatesAllCount() throws {
  let rules = try rules([:], ["x://{a}/b": "one", "x://b/{a}": "two"])
  #expect(needed(rules, "x://b/b") == ["one", "two"])
  #expect(needed(rules, "x://a/b") == ["one"])
}

@Test func A57_noSpellingGetsAroundATemplate() throws {
  let rules = try rules([:], ["docs://secret/{id}": "secret", "docs://{id}/data": "data", "docs://pub/{+path}": "pub"])
  for uri in [
    "docs://secret/1", "docs://%73ecret/1", "docs://secret%2F1", "docs://secret%5c1", "docs://secret\\1",
    "docs://secret//1",
    "docs:///secret/1", "docs://secret/1/", "docs://secret/1?x=y", "docs://secret/1#x", "docs://%2573ecret/1",
    "docs://secret%252F1", "docs://secret/%E9%9B%AA", "docs://secret/\u{96EA}", "docs:%2F%2Fsecret/1",
    "docs://secret/a%",
    "docs://secret/%zz",
  ] {
    #expect(needed(rules, uri)?.contains("secret") == true, "\(uri)")
  }
  for uri in [
    "docs://a%2Fb/data", "docs://a/%64ata", "docs://a/data/", "docs://a//data", "docs://a/data?x/y", "docs:///data",
  ] {
    #expect(needed(rules, uri)?.contains("data") == true, "\(uri)")
  }
  for uri in ["docs://pub?x/../secret/1", "docs://pub/a?b/c", "docs://pub/a/"] {
    #expect(needed(rules, uri).map { $0.contains("pub") } ?? true, "\(uri)")
  }
}

@Test(arguments: [
  "docs://pub/../secret/1", "docs://pub/%2e%2e/secret/1", "docs://pub/.%2E/secret/1", "docs://pub/%252e%252e/secret/1",
  "docs://pub\\..\\secret/1", "docs://pub%2f..%2fsecret/1", "docs://pub/..;x/secret/1", "docs://pub/./1",
  "docs://pub/..",
  "docs:../secret", "docs://pub/x?/../../secret/1", "docs://pub/1%00", "docs://pub/%c0%ae%c0%ae/secret/1",
  "docs://pub/%ff",
  "docs://pub/\n1", "docs://pub/1\t", " docs://pub/1", "docs://pub/1 ", "DOCS://pub/1", "Docs://secret/1",
  "https://Example.com/1", "https://example.com:443/1", "https:/example.com/1", "https:\\\\example.com/1",
  "https://u@example.com/1", "https://ex%61mple.com/1", "file://localhost/1", "file:/1", "file:1", "file://HOST/1",
])
func A57_aURIThatHostsReadDifferentlyIsRefused(uri: String) throws {
  #expect(needed(try rules([:], ["docs://secret/{id}": "s"]), uri) == nil)
  #expect(needed(try rules(["docs://x": "s"]), uri) == nil)
  #expect(needed(try rules([uri: "s"]), uri) == ["s"], "the very URI of a rule is clear")
  #expect(needed(try rules(), uri) == [], "without rules there is nothing to get around")
}

@Test(arguments: [
  "docs://1.0..2.0/x", "git://diff/a..b", "docs://.hidden/x..", "docs://a/...", "docs://a%20b/c", "readme",
])
func anOrdinaryURIIsNotRefused(uri: String) throws {
  #expect(needed(try rules([:], ["x://{id}": "s"]), uri) == [])
}

@Test func A57_noSpellingGetsAroundAnExactURI() throws {
  let rules = try rules(["docs://secret": "secret", "docs://caf\u{E9}/a%20b": "cafe"], ["docs://{id}": "any"])
  #expect(needed(rules, "docs://secret") == ["secret"])
  #expect(needed(rules, "docs://open") == ["any"])
  for uri in [
    "docs://%73ecret", "docs://secret/", "docs://secret?x=1", "docs://secret#x", "docs://%2573ecret", "docs:///secret",
  ] {
    #expect(needed(rules, uri)?.contains("secret") == true, "\(uri)")
  }
  #expect(needed(rules, "docs://caf%C3%A9/a b") == ["cafe"])
  #expect(needed(rules, "docs://caf%c3%a9%2Fa%20b") == ["any", "cafe"])
}

@Test func aTemplateCanBeNamedItself() throws {
  let rules = try rules([:], ["docs://{id}/data": "data", "docs://{id}/meta": "meta", "x://{y}": "x"])
  #expect(needed(rules, "docs://{id}/data") == ["data"])
  #expect(needed(rules, "docs://{other}/data") == ["data", "meta"], "it may be any that begins so")
  #expect(needed(rules, "docs://{+path}") == ["data", "meta"])
  #expect(needed(rules, "z://{y}") == [])
}

/// The URI is the sender's; so is how often what a template looks for nearly occurs.
@Test(.timeLimit(.minutes(1))) func noURIMakesMatchingSlow() throws {
  let rules = try rules([:], ["x://{a}aab{b}aab{c}/{+d}/aab{e}": "s", "x://{+a}aaaaaaaab{b}": "t"])
  for uri in ["x://" + String(repeating: "a", count: 60_000), "x://" + String(repeating: "a%2F", count: 15_000)] {
    #expect(needed(rules, uri) == [])
  }
}
