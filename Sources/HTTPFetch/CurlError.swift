import CCurl
import KeyService
import Support

/// curl's reason in the library's words: what is wrong and how to fix it. `detail` is curl's own text, which may quote
/// the server.
func fetchError(for code: CURLcode, detail: ByteString, _ transport: TransportSettings) -> FetchError {
  // curl quotes a proxy's URL, with the password that may be in it.
  let isSecret = detail.bytes.contains(UInt8(ascii: "@"))
  let said: Diagnostic = detail.isEmpty || isSecret ? "" : " (curl: \(quoted(detail)))"
  switch code {
  case CURLE_OPERATION_TIMEDOUT:
    return FetchError(
      .timedOut,
      "no complete answer came in time: \(transport.totalTimeout) ms in all, \(transport.connectTimeout) ms "
        + "to connect, or fewer than \(transport.lowSpeedBytes) bytes a second for \(transport.lowSpeedSeconds) s"
        + said)
  case CURLE_FILESIZE_EXCEEDED:
    return FetchError(.tooLarge, "the answer is larger than \(transport.maximumBytes) bytes")
  case CURLE_COULDNT_RESOLVE_PROXY:
    return FetchError(
      .unreachable,
      "the proxy's host name cannot be resolved; check mcpauth_issuer_set_proxy, or https_proxy and all_proxy in the "
        + "environment")
  case CURLE_COULDNT_RESOLVE_HOST:
    return FetchError(.unreachable, "its host name cannot be resolved; check the name and this machine's DNS" + said)
  case CURLE_COULDNT_CONNECT:
    return FetchError(
      .unreachable,
      "no connection; check that the server runs and that a firewall or proxy lets this machine out"
        + said)
  case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
    return FetchError(
      .untrusted,
      "its TLS certificate is not trusted; name a private certificate authority with "
        + "mcpauth_issuer_set_ca_file, or fix the server's certificate" + said)
  case CURLE_SSL_CONNECT_ERROR where says("wrong version number", detail) || says("packet length too long", detail):
    return FetchError(
      .unreachable,
      "the server speaks no TLS at this port, which may be its port for plain http; give the one for https"
        + said)
  case CURLE_SSL_CACERT_BADFILE:
    return FetchError(
      .untrusted,
      "the file or directory of certificate authorities cannot be read; check mcpauth_issuer_set_ca_file, or SSL_CERT_FILE "
        + "and SSL_CERT_DIR in the environment" + said)
  default:
    return FetchError(.unreachable, "the transfer failed with curl code \(code.rawValue)" + said)
  }
}

/// Whether `text` has `part` somewhere in it.
private func says(_ part: StaticString, _ text: ByteString) -> Bool {
  (0...text.count).contains { text.dropFirst($0).hasPrefix(part) }
}
