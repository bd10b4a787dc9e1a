import Support

extension Verifier {
  /// Verifies the token of a request, out of its Authorization header fields; arguments as of `BearerCredential` and
  /// `verify`.
  public func verify(
    authorization field: UnsafeRawBufferPointer?, count: Int, waits: Bool
  ) throws(AuthError) -> AuthInfo? {
    let wait: KeyWait = waits ? .waits : .never
    guard !isCustom, count == 1, let field, let token = BearerCredential.unchecked(in: field) else {
      return try verifyNew(try BearerCredential(field: field, count: count).token, wait)
    }
    // A token that is known passed every check of its form, and this is the same to the byte.
    if let cached = cached(token) { return cached }
    do throws(AuthError) {
      // No signed token has a character in it that a credential must not have, so a look at each would find nothing.
      return try verifyNew(token, wait)
    } catch {
      _ = try BearerCredential(field: field, count: count)  // what is wrong with the header is said first
      throw error
    }
  }
}
