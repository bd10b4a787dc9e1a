import JSON
import Support

/// What a custom verifier found out about a token. Used by one callback on one thread; every setter copies.
///
/// The first setter that fails is kept and makes the verification fail, whatever the callback returns.
public final class AuthInfoBuilder {
  private(set) var message: ByteString?
  private(set) var failure: AuthError?
  private var issuer, subject, clientID: ByteString?
  private var audiences: [ByteString] = []
  private var scopes: [ByteString] = []
  private var expiresAt: Int64?
  private var extraClaims: JSONValue?

  private static let longestText = 64 * 1024
  private static let mostMembers = 1000

  init() {}

  public func setIssuer(_ text: ByteString) throws(AuthError) { issuer = try checked(text, "issuer") }
  public func setSubject(_ text: ByteString) throws(AuthError) { subject = try checked(text, "subject") }
  public func setClientID(_ text: ByteString) throws(AuthError) { clientID = try checked(text, "client id") }
  public func setMessage(_ text: ByteString) throws(AuthError) { message = try checked(text, "message") }

  public func addAudience(_ text: ByteString) throws(AuthError) {
    let audience = try checked(text, "audience")
    guard audiences.count < Self.mostMembers else { throw keep("more than \(Self.mostMembers) audiences") }
    audiences.append(audience)
  }

  public func addScope(_ text: ByteString) throws(AuthError) {
    let scope = try checked(text, "scope")
    guard isScopeToken(scope) else {
      throw keep("scope \(quoted(scope)) is not one scope (RFC 6749 section 3.3: no space, quote or backslash)")
    }
    guard scopes.count < Self.mostMembers else { throw keep("more than \(Self.mostMembers) scopes") }
    if !scopes.contains(scope) { scopes.append(scope) }
  }

  public func setExpiresAt(_ seconds: Int64) throws(AuthError) {
    guard seconds > 0, seconds <= 253_402_300_799 else {
      throw keep("expires_at \(seconds) is not a date in seconds since 1970; where there is none, leave it unset")
    }
    expiresAt = seconds
  }

  public func setClaimsJSON(_ text: UnsafeRawBufferPointer) throws(AuthError) {
    guard text.count <= ConfigurationLimits.jsonBytes else { throw keep("claims_json is longer than 1 MiB") }
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument.parse(text)
    } catch {
      throw keep(error.failure(.invalidArgument, "custom verifier: claims_json"))
    }
    guard document.root.kind == .object else { throw keep("claims_json is not a JSON object") }
    extraClaims = document.root
  }

  /// An argument that was NULL where a text is needed.
  public func refuseNull(_ what: StaticString) -> AuthError {
    AuthError(.nullParameter, keep("\(what) is NULL").message)
  }

  /// Everything that was said. All claims are what the setters said and the members of claims_json that none of them said.
  func finishedClaims() throws(AuthError) -> Claims {
    let members = JSONObjectBuilder()
    if let issuer = issuer { members.set("iss", issuer) }
    if let subject = subject { members.set("sub", subject) }
    if let clientID = clientID { members.set("client_id", clientID) }
    if !audiences.isEmpty { members.set("aud", audiences) }
    if !scopes.isEmpty { members.set("scope", joined(scopes, separator: " ")) }
    if let expiresAt = expiresAt { members.set("exp", expiresAt) }
    if let extraClaims {
      try Self.refuseUnjudged(extraClaims, beside: members)
      members.addMissing(from: extraClaims)
    }
    let text = try members.completeText()
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument.parse(text)
    } catch {
      throw error.failure(.internal, "what the custom verifier said")
    }
    return try Claims(saidBy: document)
  }

  /// What stands in claims_json is judged by nothing: an exp that was only there would look enforced and not be.
  private static func refuseUnjudged(_ extra: JSONValue, beside members: JSONObjectBuilder) throws(AuthError) {
    for name: StaticString in ["iss", "sub", "client_id", "aud", "scope", "exp"] {
      guard extra.has(name), !members.contains(name) else { continue }
      throw AuthError(
        .invalidArgument,
        "custom verifier: claims_json has \"\(name)\", which is judged only where its own call says it "
          + "(mcpauth_authinfo_builder_set_... or _add_...); make that call, or leave the member out")
    }
  }

  private func checked(_ text: ByteString, _ what: StaticString) throws(AuthError) -> ByteString {
    guard !text.isEmpty else { throw keep("the \(what) is empty") }
    guard text.count <= Self.longestText else { throw keep("the \(what) is longer than \(Self.longestText) bytes") }
    guard text.isValidUTF8, !text.bytes.contains(0) else { throw keep("the \(what) is not UTF-8 text without NUL") }
    return text
  }

  private func keep(_ what: Diagnostic) -> AuthError { keep(AuthError(.invalidArgument, "custom verifier: " + what)) }

  private func keep(_ failure: AuthError) -> AuthError {
    if self.failure == nil { self.failure = failure }
    return failure
  }
}
