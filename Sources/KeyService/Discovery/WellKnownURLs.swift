import Support

/// Where an issuer's metadata may lie, in MCP's order: RFC 8414 path insertion, OpenID Connect path insertion, OpenID
/// Connect append. Without a path the last two are one. INVALID_CONFIG when the issuer is no URL without a query.
func wellKnownURLs(of issuer: ByteString) throws(AuthError) -> [HTTPURL] {
  let url: HTTPURL
  do throws(AuthError) {
    url = try HTTPURL(issuer, what: "issuer")
    guard url.query.isEmpty else { throw AuthError(.invalidArgument, "issuer \(quoted(issuer)) has a query") }
  } catch {
    throw AuthError(
      .invalidConfig, error.message + "; its metadata cannot be discovered: set its jwks_uri, metadata or keys")
  }
  // RFC 8414 section 3.1 and OpenID Connect Discovery section 4: without a terminating slash.
  let path = url.path.hasSuffix("/") ? url.path.dropLast(1) : url.path
  let authorizationServer: ByteString = "/.well-known/oauth-authorization-server"
  let openID: ByteString = "/.well-known/openid-configuration"
  var texts = [url.origin + authorizationServer + path, url.origin + openID + path]
  if !path.isEmpty { texts.append(url.origin + path + openID) }
  var urls: [HTTPURL] = []
  for text in texts {
    do throws(AuthError) {
      urls.append(try HTTPURL(text, what: "well-known URL"))
    } catch {
      throw AuthError(.invalidConfig, error.message)
    }
  }
  return urls
}
