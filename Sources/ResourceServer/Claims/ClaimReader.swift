import JSON
import Support

/// Reads claims out of a JSON object by their shapes. A claim of the wrong type rejects the token; it is never skipped
/// (attacks A18, A19). Texts are those of the document, and valid as long as that.
struct ClaimReader {
  let claims: JSONValue

  /// Years beyond 9999 have no date; a token that names one is not meant seriously.
  private static let latestDate = 253_402_300_799.0

  func text(_ name: StaticString) throws(AuthError) -> TextView? {
    switch claims.text(of: name) {
    case .absent: return nil
    case .ofOtherKind(let value): throw wrongShape(Diagnostic(name), value, expected: "a string")
    case .found(let text):
      guard !text.isEmpty else { throw AuthError(.claimInvalid, "the token's \(name) claim is an empty string") }
      return text
    }
  }

  /// A claim that only some providers send, under a name that others may use for something else.
  func textIfString(_ name: StaticString) -> TextView? {
    guard case .found(let text) = claims.text(of: name), !text.isEmpty else { return nil }
    return text
  }

  /// NumericDate (RFC 7519 section 2): a number, with or without a fraction.
  func date(_ name: StaticString) throws(AuthError) -> Double? {
    switch claims.number(of: name) {
    case .absent: return nil
    case .found(let number) where number >= 0 && number <= Self.latestDate: return number
    // A number that is too large for a double is found as one of another kind.
    case .ofOtherKind(let value) where value.kind != .integer && value.kind != .real:
      throw wrongShape(Diagnostic(name), value, expected: "a number of seconds since 1970")
    case .found(let number) where number > Self.latestDate && number <= Self.latestDate * 1_000:
      throw AuthError(
        .claimInvalid,
        "the token's \(name) claim is not a date between 1970 and 9999 in seconds since 1970; it looks like milliseconds: "
          + "have the issuer write seconds")
    case .found, .ofOtherKind:
      throw AuthError(
        .claimInvalid, "the token's \(name) claim is not a date between 1970 and 9999 in seconds since 1970")
    }
  }

  /// A string, or an array of strings only.
  func textOrArray(_ name: StaticString) throws(AuthError) -> [TextView]? {
    switch claims.text(of: name) {
    case .absent: return nil
    case .found(let text): return [text]
    case .ofOtherKind(let value): return try array(value) { Diagnostic(name) }
    }
  }

  /// A string of words separated by spaces (RFC 6749 section 3.3), or an array of strings, as Okta and others send it.
  func scopes(_ name: StaticString) throws(AuthError) -> [TextView]? {
    switch claims.text(of: name) {
    case .absent: return nil
    case .found(let text): return parseScope(text)
    case .ofOtherKind(let value): return withoutRepetition(try array(value) { Diagnostic(name) })
    }
  }

  /// The same at a configured path; none where there is no such claim.
  func scopes(_ path: ClaimPath, clientID: TextView?) throws(AuthError) -> [TextView] {
    guard let value = path.value(in: claims, clientID: clientID) else { return [] }
    if let text = value.text { return parseScope(text) }
    return withoutRepetition(try array(value) { quoted(path.text) })
  }

  /// `name` is for a message, and made only when there is one.
  private func array(_ value: JSONValue, name: () -> Diagnostic) throws(AuthError) -> [TextView] {
    guard value.kind == .array else {
      throw wrongShape(name(), value, expected: "a string or an array of strings")
    }
    guard let texts = value.texts else {
      throw AuthError(.claimInvalid, "the token's \(name()) claim is an array with a member that is not a string")
    }
    return texts
  }

  private func wrongShape(_ name: Diagnostic, _ value: JSONValue, expected: StaticString) -> AuthError {
    AuthError(.claimInvalid, "the token's \(name) claim is \(value.kind.article); it has to be \(expected)")
  }
}

extension JSONKind {
  fileprivate var article: Diagnostic {
    switch self {
    case .object: return "an object"
    case .array: return "an array"
    case .string: return "a string"
    case .integer, .real: return "a number"
    case .bool: return "a boolean"
    case .null: return "null"
    }
  }
}
