import Support

extension Verifier {
  /// Verifies the token of a request, out of its Authorization header fields; arguments as of `BearerCredential` and
  /// `verify`.
  public func verify(
    authorization field: UnsafeRawBufferPointer?, count: Int, waits: Bool
  ) throws(Failure) -> AuthInfo? {
    // A token that is known passed every check of its form: that this one is the same to the byte says it all.
    if count == 1, let field, let token = BearerCredential.unchecked(in: field), let known = known(token) { return known }
    return try verifyNew(try BearerCredential(field: field, count: count).token, waits ? .waits : .never)
  }
}
