import JSON
import Support

extension AuthInfo {
  /// Nobody: who asks for what is public, without a token.
  static func anonymous() throws(AuthError) -> AuthInfo {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    let noClaims: ByteString = "{}"
    let root: JSONValue
    do throws(JSONError) {
      root = try noClaims.withUnsafeBytes { (text) throws(JSONError) in try JSONDocument.parse(text).root }
    } catch {
      throw error.failure(.internal, "an empty object")
    }
    let claims = Claims(
      issuer: nil, subject: nil, clientID: nil, audiences: [], hasAudience: false, scopes: [], expiresAt: nil,
      form: .anonymous, root: root)
    return AuthInfo(
      token: BorrowedText(nothing), claims: claims, claimsJSON: noClaims.withUnsafeBytes { BorrowedText($0) },
      by: ScopeSettings())
  }
}
