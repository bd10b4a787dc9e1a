import JOSE
import Support

/// Ties an MCP session id to the caller it was made for, without a table: the id, a dot, and a MAC over id and caller. Who
/// learns another's session id cannot use it, and nobody can make one up (attack A58).
struct SessionBinding: Sendable {
  /// nil: there was no randomness when the verifier was made.
  private let key: SharedSecret?
  private let resource: ByteString

  init(_ configuration: Configuration, resource: ProtectedResource) {
    self.resource = resource.identifier
    guard configuration.sessionKey == nil else {
      key = configuration.sessionKey
      return
    }
    // Now, and not at the first use: the children of a fork have the same one.
    do throws(AuthError) {
      key = try SharedSecret.random(byteCount: 32)
    } catch {
      key = nil
    }
  }

  static let longestID = 128

  /// Visible ASCII, as the header field wants it (MCP, Streamable HTTP, session management).
  func bind(_ id: ByteString, to info: AuthInfo) throws(AuthError) -> ByteString {
    guard (1...Self.longestID).contains(id.count), id.bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw AuthError(
        .invalidArgument, "session id \(quoted(id)) is not of 1 to \(Self.longestID) visible ASCII characters")
    }
    return id + "." + Base64URL.encode(try mac(of: id, info))
  }

  /// The length of the id in `value`, the header field's. SESSION_NOT_FOUND where it is not bound to this caller: to others
  /// a session is as good as none.
  func check(_ value: UnsafeRawBufferPointer, of info: AuthInfo) throws(AuthError) -> Int {
    guard !value.isEmpty else {
      throw AuthError(
        .invalidRequest, "the request has no Mcp-Session-Id, or an empty one, and the host wants a session")
    }
    guard value.count <= Self.longestID + 1 + Self.macCharacters, let (id, given) = Self.split(ByteString(value)) else {
      throw Self.unknown("is not of the form that mcpauth_session_bind gives")
    }
    let expected = try mac(of: id, info)
    let isEqual = given.withUnsafeBytes { given in expected.withUnsafeBytes { constantTimeEqual(given, $0) } }
    guard isEqual else {
      throw Self.unknown(
        "(id \(quoted(id))) is not of this caller: it is another's, was made up, or was bound with another key; processes "
          + "that share sessions need mcpauth_config_set_session_key")
    }
    return id.count
  }

  /// Of SHA-256 in base64url, which has one spelling for it.
  private static let macCharacters = 43

  private static func split(_ value: ByteString) -> (id: ByteString, mac: [UInt8])? {
    let id = value.dropLast(1 + macCharacters)
    guard !id.isEmpty, value.dropFirst(id.count).hasPrefix(".") else { return nil }
    do throws(Base64URL.Fault) {
      return (id, try Base64URL.decode(value.dropFirst(id.count + 1)))
    } catch {
      return nil
    }
  }

  /// Sessions of other processes depend on each byte of what this is computed over: a change needs another first word.
  private func mac(of id: ByteString, _ info: AuthInfo) throws(AuthError) -> [UInt8] {
    guard let key else {
      throw AuthError(
        .internal, "there was no randomness for a session key; set one with mcpauth_config_set_session_key")
    }
    // Each part with its length, so that no two different lists read alike.
    var text: ByteString = info.isAnonymous ? "mcpauth session 1, anonymous," : "mcpauth session 1,"
    for part in [resource, id, ByteString(info.issuer), ByteString(info.subject), ByteString(info.clientID)] {
      text.append(ByteString("\(part.count):" as Diagnostic))
      text.append(part)
    }
    return try text.withUnsafeBytes { (bytes) throws(AuthError) in try key.sha256MAC(of: bytes) }
  }

  private static func unknown(_ why: Diagnostic) -> AuthError {
    AuthError(.sessionNotFound, "the request's Mcp-Session-Id \(why)")
  }
}

extension Configuration {
  public func setSessionKey(_ key: UnsafeRawBufferPointer) throws(AuthError) {
    guard (32...1024).contains(key.count) else {
      throw AuthError(
        .invalidArgument, "the session key has \(key.count) bytes; 32 to 1024 are needed, from a random generator")
    }
    sessionKey = SharedSecret(key)
  }
}

extension Verifier {
  public func bindSession(_ id: ByteString, to info: AuthInfo) throws(AuthError) -> ByteString {
    try sessions.bind(id, to: info)
  }

  public func checkSession(_ value: UnsafeRawBufferPointer, of info: AuthInfo) throws(AuthError) -> Int {
    try sessions.check(value, of: info)
  }
}
