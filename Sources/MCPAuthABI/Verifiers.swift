import CMCPAuth
import HTTPFetch
import ResourceServer
import Support

/// One for the process: it holds nothing but its settings.
private let fetcher = CurlFetcher(userAgent: "libmcpauth/" + ByteString(stringLiteral: version))

@implementation @_cdecl("mcpauth_verifier_new")
public func mcpauth_verifier_new(
  _ config: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  err?.pointee = nil
  guard let config = object(config, as: ConfigObject.self) else {
    return report(Failure(.nullParameter, "config is NULL"), err)
  }
  guard let out else { return report(Failure(.nullParameter, "out is NULL"), err) }
  do throws(Failure) {
    out.pointee = given(try Verifier(config.state.configuration, fetcher: fetcher))
    return ResultCode.ok.rawValue
  } catch {
    return report(error, err)
  }
}

@implementation @_cdecl("mcpauth_verifier_retain")
public func mcpauth_verifier_retain(
  _ verifier: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  retain(verifier, as: Verifier.self, out)
}

@implementation @_cdecl("mcpauth_verifier_free")
public func mcpauth_verifier_free(_ verifier: OpaquePointer!) { release(verifier, as: Verifier.self) }

@implementation @_cdecl("mcpauth_verify")
public func mcpauth_verify(
  _ verifier: OpaquePointer!, _ token: UnsafePointer<CChar>!, _ token_len: Int,
  _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  err?.pointee = nil
  let result = borrow(verifier, as: Verifier.self) { verifier in
    do throws(Failure) {
      guard let out else { throw Failure(.nullParameter, "out is NULL") }
      out.pointee = given(try verifier.verify(try passedText(token, token_len, "token")))
      return ResultCode.ok.rawValue
    } catch {
      return report(error, err)
    }
  }
  return result ?? report(Failure(.nullParameter, "verifier is NULL"), err)
}
