import CCurl
import KeyService
import Support

/// A curl easy handle under construction. An option that cannot be set fails the fetch: none of them is a wish.
struct CurlOptions {
  let handle: UnsafeMutableRawPointer

  func set(_ option: CURLoption, _ value: Int) throws(FetchError) {
    try check(ccurl_set_long(handle, option, value), option)
  }

  func set(_ option: CURLoption, bytes value: Int) throws(FetchError) {
    try check(ccurl_set_offset(handle, option, curl_off_t(value)), option)
  }

  /// curl copies the text, which must hold no NUL.
  func set(_ option: CURLoption, _ value: ByteString) throws(FetchError) {
    guard !value.bytes.contains(0) else { throw FetchError(.refused, "a setting of the fetch has a NUL byte in it") }
    try (value.bytes + [0]).withUnsafeBytesTyped { (text) throws(FetchError) in
      try check(ccurl_set_text(handle, option, text.bindMemory(to: CChar.self).baseAddress), option)
    }
  }

  /// nil takes curl's default away.
  func set(_ option: CURLoption, orNone value: ByteString?) throws(FetchError) {
    if let value { return try set(option, value) }
    try check(ccurl_set_text(handle, option, nil), option)
  }

  func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) throws(FetchError) {
    try check(ccurl_set_pointer(handle, option, value), option)
  }

  func set(_ option: CURLoption, _ value: ccurl_data_callback?) throws(FetchError) {
    try check(ccurl_set_data_callback(handle, option, value), option)
  }

  func set(_ option: CURLoption, _ value: ccurl_socket_callback?) throws(FetchError) {
    try check(ccurl_set_socket_callback(handle, option, value), option)
  }

  /// For options that older curls lack and that narrow nothing.
  func setIfKnown(_ option: CURLoption, _ value: Int) { _ = ccurl_set_long(handle, option, value) }

  /// The only protocol, "http" or "https". Before curl 7.85 it is given as a bit.
  func restrictProtocol(toHTTPS isHTTPS: Bool) throws(FetchError) {
    let name: ByteString = isHTTPS ? "https" : "http"
    let bit = isHTTPS ? Int(ccurl_protocol_https) : Int(ccurl_protocol_http)
    let named = [ccurl_option_protocols_str, ccurl_option_redir_protocols_str]
    let numbered = [ccurl_option_protocols, ccurl_option_redir_protocols]
    for (byName, byNumber) in zip(named, numbered) {
      do throws(FetchError) {
        try set(CURLoption(UInt32(byName)), name)
      } catch {
        try set(CURLoption(UInt32(byNumber)), bit)
      }
    }
  }

  private func check(_ code: CURLcode, _ option: CURLoption) throws(FetchError) {
    guard code != CURLE_OK else { return }
    throw FetchError(
      .refused, "libcurl refuses option \(option.rawValue) (code \(code.rawValue)); 7.76 or newer is needed")
  }
}
