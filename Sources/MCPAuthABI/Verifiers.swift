import CMCPAuth
import HTTPFetch
import ResourceServer
import Support

/// One for the process: it holds nothing but its settings.
let curlFetcher = CurlFetcher(userAgent: "libmcpauth/" + ByteString(cString: cmcpauth_version()))

@implementation @c
public func mcpauth_verifier_new(
  _ config: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  err?.pointee = nil
  guard let config = object(config, as: ConfigObject.self) else {
    return report(AuthError(.nullParameter, "config is NULL"), err)
  }
  guard let out else { return report(AuthError(.nullParameter, "out is NULL"), err) }
  do throws(AuthError) {
    out.pointee = retained(try Verifier(config.state.configuration, fetcher: curlFetcher))
    return ResultCode.ok.rawValue
  } catch {
    return report(error, err)
  }
}

@implementation @c
public func mcpauth_verifier_retain(
  _ verifier: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  let result = retain(verifier, as: Verifier.self, out)
  if result == ResultCode.ok.rawValue { object(verifier, as: Verifier.self)?.addUser() }
  return result
}

@implementation @c
public func mcpauth_verifier_free(_ verifier: OpaquePointer!) {
  object(verifier, as: Verifier.self)?.removeUser()
  release(verifier, as: Verifier.self)
}

@implementation @c
public func mcpauth_verifier_prefetch(
  _ verifier: OpaquePointer!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  err?.pointee = nil
  do throws(AuthError) {
    guard let verifier = object(verifier, as: Verifier.self) else {
      throw AuthError(.nullParameter, "verifier is NULL")
    }
    try verifier.prefetch()
    return ResultCode.ok.rawValue
  } catch {
    return report(error, err)
  }
}
