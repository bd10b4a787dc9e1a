import JOSE
import Support

/// What a look at an issuer found: for a program that tells an operator whether it will work.
public struct IssuerCheck: Sendable {
  /// Where the metadata was found; nil when it was given, not needed, or not found.
  public let metadataURL: ByteString?
  public let jwksURI: ByteString?
  public let usableKeys: Int
  public let findings: [MetadataFinding]

  /// Fetches what the settings say, in this thread and past every cache, and judges all of it.
  public static func run(
    _ settings: IssuerSettings, fetcher: any Fetcher, cancellation: Cancellation = Cancellation()
  ) -> IssuerCheck {
    let time = SystemMonotonicTime.shared
    let exchange = Exchange(
      fetcher: fetcher, settings: settings, policy: RefreshPolicy(settings.refresh), cancellation: cancellation,
      time: time, startedAt: time.milliseconds(), counters: KeyCounters())
    let inspection = Inspection(exchange)
    inspection.lookAtMetadata()
    inspection.lookAtKeys()
    return IssuerCheck(
      metadataURL: inspection.metadataURL, jwksURI: inspection.keySetURL?.text, usableKeys: inspection.usableKeys,
      findings: inspection.findings)
  }
}

private final class Inspection {
  private let exchange: Exchange
  private var settings: IssuerSettings { exchange.settings }
  var metadataURL: ByteString?
  var keySetURL: HTTPURL?
  var usableKeys = 0
  var findings: [MetadataFinding] = []

  init(_ exchange: Exchange) { self.exchange = exchange }

  func lookAtMetadata() {
    switch settings.source {
    case .keySet(let keySet): look(at: keySet)
    case .jwksURI(let url): keySetURL = url
    case .metadata(let json): judge(json, from: nil)
    case .metadataURL(let url): fetchMetadata([url])
    case .discovery:
      do throws(AuthError) {
        fetchMetadata(try wellKnownURLs(of: settings.issuer))
      } catch {
        findings.report(.fetchServerConfigError, error.message)
      }
    }
  }

  /// What one place answered.
  private struct Document {
    let url: HTTPURL
    let answer: ByteString
    /// What the host's hook made of it.
    let json: ByteString
    /// Why the host's hook did not take it.
    let hookFailure: AuthError?
  }

  /// As `Discovery` goes through them, so that what is judged is what a verifier would use: the first document that it can
  /// use; where there is none, the first there is.
  private func fetchMetadata(_ urls: [HTTPURL]) {
    var isOutage = false
    var wrong: Document?
    for url in urls {
      do throws(FetchError) {
        let response = try exchange.get(url, accept: "application/json")
        if let reason = response.whyNoDocument {
          isOutage = isOutage || response.isOutage
          findings.report(.fetchServerConfigError, "\(quoted(url.text)): \(reason)")
          continue
        }
        let document = transformed(response.body, from: url)
        if isUsable(document) { return judge(document) }
        wrong = wrong ?? document
      } catch {
        isOutage = isOutage || error.isOutage
        findings.report(.fetchServerConfigError, "\(quoted(url.text)): \(error.message)")
        if error.kind != .tooLarge { break }  // the next place would be no better
      }
    }
    // Once more through the hook, so that the last document it saw is the one that is judged.
    if let wrong, !isOutage { return judge(transformed(wrong.answer, from: wrong.url)) }
    // Where one place does not answer now, the document may be there.
    for index in findings.indices { findings[index].isOutage = isOutage }
  }

  private func transformed(_ answer: ByteString, from url: HTTPURL) -> Document {
    guard let hook = settings.metadataTransform else {
      return Document(url: url, answer: answer, json: answer, hookFailure: nil)
    }
    do throws(AuthError) {
      return Document(url: url, answer: answer, json: try hook.transform(answer), hookFailure: nil)
    } catch {
      return Document(url: url, answer: answer, json: answer, hookFailure: error)
    }
  }

  /// Whether it says where the keys are, or that tokens are introspected.
  private func isUsable(_ document: Document) -> Bool {
    guard document.hookFailure == nil else { return false }
    do throws(AuthError) {
      _ = try settings.metadataRules(from: document.url).read(document.json, from: "the metadata")
      return true
    } catch {
      return error.result == .jwksURIMissing && isOfOpaqueTokens(document.json)
    }
  }

  private func judge(_ document: Document) {
    // Found: that the places before it have nothing is as it should be.
    findings.removeAll()
    metadataURL = document.url.text
    if let failure = document.hookFailure { findings.report(.invalidServerMetadata, failure.message) }
    judge(document.json, from: document.url)
  }

  private func judge(_ json: ByteString, from url: HTTPURL?) {
    let rules = settings.metadataRules(from: url)
    findings += metadataReport(json, rules)
    do throws(AuthError) {
      keySetURL = try rules.read(json, from: "the metadata").jwksURI
    } catch {
      return  // the report says so already
    }
  }

  func lookAtKeys() {
    guard let url = keySetURL else { return }
    switch KeyFetch(exchange: exchange).run(keySetAt: url) {
    case .keys(let keys): look(at: keys.keySet)
    case .failed(let failure):
      var finding = MetadataFinding(code: .fetchJWKSError, message: failure.message)
      if case .outage = failure.cause { finding.isOutage = true }
      findings.append(finding)
    case .unchanged, .cancelled: findings.report(.fetchJWKSError, "the fetch was cancelled")
    }
  }

  private func look(at keySet: KeySet) {
    usableKeys = keySet.keys.count
    for key in keySet.skipped {
      findings.report(.unusableKey, (key.kid.map { "kid \(quoted($0))" } ?? "a key without kid") + ": " + key.reason)
    }
    let ambiguous = keySet.ambiguousKids
    if !ambiguous.isEmpty { findings.report(.ambiguousKey, KeySet.ambiguity(ambiguous)) }
  }
}
