import Foundation
import Support
import Testing
import VectorData

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

private let table = RuleTable("resource-templates")

/// What the SDKs for Python (1 and 2) and TypeScript and fastmcp let each expression match.
@Test func aTemplateMatchesWhatAnSDKLetsItMatch() throws {
  for row in table.rows("templates") {
    let template = row.text("template")
    for uri in row.texts("matching") { #expect(try matches(template, uri), "\(template) \(uri)") }
    for uri in row.texts("others") { #expect(try !matches(template, uri), "\(template) \(uri)") }
  }
}

@Test func aTemplateThatCouldGuardNothingIsRefused() {
  for template in table.texts("bad") { #expect(refusal(template) == .invalidArgument, "\(template)") }
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
  for row in table.rows("spellings") {
    let uri = row.text("uri")
    let found = needed(try rules([:], [row.text("template"): "s"]), uri)
    switch row.text("result") {
    case "INSUFFICIENT_SCOPE": #expect(found == ["s"], "\(row)")
    case "OK": #expect(found == [], "\(row)")
    default:
      #expect(found == nil, "\(row)")
      #expect(needed(try rules(["docs://x": "s"]), uri) == nil, "\(row)")
      #expect(needed(try rules([uri: "s"]), uri) == ["s"], "the very URI of a rule is clear")
      #expect(needed(try rules(), uri) == [], "without rules there is nothing to get around")
    }
  }
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

/// The URI is the sender's; so is how often what a template looks for nearly occurs. Four times the length takes about four
/// times the steps: sixteen times, if each occurrence led to a look at all the rest. (In processor time, as other tests run
/// beside this one.)
@Test func noURIMakesMatchingSlow() throws {
  let rules = try rules([:], ["x://{a}aab{b}aab{c}/{+d}/aab{e}": "s", "x://{+a}aaaaaaaab{b}": "t"])
  for unit in ["a", "a%2F"] {
    let seconds = { (length: Int) in
      let uri = "x://" + String(repeating: unit, count: length / unit.utf8.count)
      return processorSeconds { #expect(needed(rules, uri) == []) }
    }
    let short = (1...3).map { _ in seconds(5_000) }.max() ?? 0
    let long = (1...3).map { _ in seconds(20_000) }.min() ?? 0
    #expect(long < 10 * short, "\(unit)")
  }
}

/// Of this thread.
private func processorSeconds(_ body: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let begin = now()
  body()
  return now() - begin
}
