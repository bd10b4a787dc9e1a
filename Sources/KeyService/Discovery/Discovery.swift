import Support

/// Finds an issuer's jwks_uri in metadata that has to be fetched.
struct Discovery {
  let exchange: Exchange
  private var settings: IssuerSettings { exchange.settings }

  /// What was found, and for how long (milliseconds) the answer may be kept as it says itself.
  struct Result {
    let jwksURI: HTTPURL
    /// As the metadata names it.
    let issuer: ByteString
    let lifetime: Int64
  }

  /// The first of `urls` with usable metadata. Where there is none: METADATA_UNAVAILABLE when a server cannot be
  /// reached or fails, as asking again may help; else what is wrong with the first document that was no error page.
  func run(_ urls: [HTTPURL]) throws(AuthError) -> Result {
    var answers: Diagnostic = ""
    var serverFailed = false
    var wrong: AuthError?
    for url in urls {
      let response: FetchResponse
      do throws(FetchError) {
        response = try exchange.get(url, accept: "application/json")
      } catch {
        // Too large is what stands at this place; anything else would be no better at the next.
        guard error.kind == .tooLarge else { throw unavailable(url, error.message) }
        answers += " \(quoted(url.text)): \(error.message);"
        continue
      }
      if let reason = response.whyNoDocument {
        answers += " \(quoted(url.text)): \(reason);"
        serverFailed = serverFailed || response.isOutage
        continue
      }
      do throws(AuthError) {
        return try read(response, from: url)
      } catch {
        wrong = wrong ?? error
      }
    }
    if let wrong, !serverFailed { throw wrong }
    throw AuthError(
      .metadataUnavailable,
      "no metadata of issuer \(quoted(settings.issuer)) found:\(answers) check the issuer's spelling, or set "
        + "its jwks_uri, metadata or keys")
  }

  private func read(_ response: FetchResponse, from url: HTTPURL) throws(AuthError) -> Result {
    let body: ByteString
    if let hook = settings.metadataTransform {
      body = try hook.transform(response.body)
    } else {
      body = response.body
    }
    let said = try settings.metadataRules(from: url).read(body, from: "the metadata at \(quoted(url.text))")
    return Result(
      jwksURI: said.jwksURI, issuer: said.issuer, lifetime: lifetime(of: response, policy: exchange.policy))
  }

  private func unavailable(_ url: HTTPURL, _ reason: Diagnostic) -> AuthError {
    AuthError(
      .metadataUnavailable,
      "the metadata of issuer \(quoted(settings.issuer)) cannot be fetched from \(quoted(url.text)): \(reason)")
  }
}
