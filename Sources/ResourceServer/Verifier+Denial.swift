import Support

extension Verifier {
  /// The response to `failure` of this request: a 401 asks for the scopes that the configuration chose, which may be those
  /// of the request's operations.
  func denial(of failure: AuthError, to request: borrowing MCPRequest, _ operations: RequestOperations?) -> Response {
    let asksForToken = Outcome.of(failure.result).status == 401
    if asksForToken, case .missingScopes = failure.cause { return response(to: failure) }
    return response(to: failure, asking: asksForToken ? challengeScopes(for: request, operations) : nil)
  }

  /// As clients have to ask for them.
  private func challengeScopes(for request: borrowing MCPRequest, _ operations: RequestOperations?) -> [ByteString] {
    switch scopes.challenge {
    case .required: scopes.requestable(scopes.required)
    case .operation: scopes.requestable(withoutRepetition(scopes.required + operationScopes(of: request, operations)))
    case .advertised: scopes.supported
    }
  }

  /// None where the operation cannot be read.
  private func operationScopes(of request: borrowing MCPRequest, _ operations: RequestOperations?) -> [ByteString] {
    guard !scopes.operations.isEmpty, !request.body.isEmpty else { return [] }
    do throws(AuthError) {
      if let operations { return try scopes.operations.scopes(for: operations.operations) }
      return try scopes.operations.scopes(for: try RequestOperations.read(request.body).operations)
    } catch {
      return []
    }
  }
}
