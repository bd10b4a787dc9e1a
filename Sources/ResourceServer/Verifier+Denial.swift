import Support

extension Verifier {
  /// The response to `failure` of this request, which may know more than the failure does: the scopes of its operations,
  /// so that one step-up is enough (MCP authorization, runtime insufficient scope).
  public func denial(of failure: AuthError, to request: MCPRequest) -> Response {
    switch failure.result {
    case .insufficientScope: return response(to: completed(failure, for: request))
    default:
      let asksForToken = Outcome.of(failure.result).status == 401
      return response(to: failure, asking: asksForToken ? challengeScopes(for: request) : nil)
    }
  }

  /// Who lacks a required scope is told the scopes of the operation too.
  private func completed(_ failure: AuthError, for request: MCPRequest) -> AuthError {
    guard case .missingScopes(_, let required, let held) = failure.cause, !scopes.operations.isEmpty else {
      return failure
    }
    let needed = withoutRepetition(required + operationScopes(of: request))
    return .insufficientScope(scopes.hierarchy.missing(needed, from: held), held: held, needed: needed)
  }

  /// As clients have to ask for them.
  private func challengeScopes(for request: MCPRequest) -> [ByteString] {
    switch scopes.challenge {
    case .required: scopes.requestable(scopes.required)
    case .operation: scopes.requestable(withoutRepetition(scopes.required + operationScopes(of: request)))
    case .advertised: scopes.supported
    }
  }

  /// None where the operation cannot be read.
  private func operationScopes(of request: MCPRequest) -> [ByteString] {
    guard !scopes.operations.isEmpty, !request.body.isEmpty else { return [] }
    do throws(AuthError) {
      return try scopes.operations.scopes(for: try RequestOperations(body: request.body).operations)
    } catch {
      return []
    }
  }
}
