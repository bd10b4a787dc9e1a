import CCurl
import KeyService
import Support

/// libcurl's process-wide state: initialised once, in front of the first fetch, and never torn down, as the host may use
/// curl too.
enum CurlLibrary {
  /// Swift runs this once, whichever thread comes first.
  private static let started: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

  /// Whether the libcurl at run time speaks HTTP/2.
  static let hasHTTP2 = ccurl_has_http2() != 0

  /// A fetch reports what fails here.
  static func prepare() {
    _ = started
    _ = hasHTTP2
  }

  static func start() throws(FetchError) {
    let code = started
    guard code == CURLE_OK else {
      throw FetchError(.unreachable, "libcurl cannot be initialised (code \(code.rawValue)); check its installation")
    }
  }
}
