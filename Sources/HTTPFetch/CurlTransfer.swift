import CCurl
import KeyService
import Support

/// One exchange. A multi handle drives it, because only that can be woken from another thread.
final class CurlTransfer {
  private let request: FetchRequest
  private let received: ReceivedMessage
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?
  /// Where curl writes what went wrong, in its own words.
  private let detail = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  /// A convenience initializer, because Embedded Swift 6.3 leaks the object when a designated one fails early.
  convenience init(_ request: FetchRequest, userAgent: ByteString) throws(FetchError) {
    let easy = curl_easy_init()
    let multi = curl_multi_init()
    guard let easy, let multi else {
      if let easy { curl_easy_cleanup(easy) }
      if let multi { curl_multi_cleanup(multi) }
      throw FetchError(.unreachable, "libcurl has no memory for a transfer")
    }
    self.init(request, easy: easy, multi: multi)
    try prepare(CurlOptions(handle: easy), userAgent: userAgent)
  }

  private init(_ request: FetchRequest, easy: UnsafeMutableRawPointer, multi: UnsafeMutableRawPointer) {
    self.request = request
    self.easy = easy
    self.multi = multi
    received = ReceivedMessage(maximumBytes: request.transport.maximumBytes)
    detail.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_multi_remove_handle(multi, easy)
    curl_easy_cleanup(easy)
    curl_multi_cleanup(multi)
    curl_slist_free_all(headers)
    detail.deallocate()
  }

  private func prepare(_ options: CurlOptions, userAgent: ByteString) throws(FetchError) {
    try options.set(CURLOPT_ERRORBUFFER, pointer: detail)
    try options.apply(request, userAgent: userAgent)
    try addHeader("Accept: " + request.accept)
    try addHeader("Accept-Encoding: identity")
    if let tag = request.ifNoneMatch { try addHeader("If-None-Match: " + tag) }
    try options.set(CURLOPT_HTTPHEADER, pointer: headers)
    let userdata = Unmanaged.passUnretained(received).toOpaque()
    try options.set(CURLOPT_WRITEDATA, pointer: userdata)
    try options.set(CURLOPT_WRITEFUNCTION, receiveBody)
    try options.set(CURLOPT_HEADERDATA, pointer: userdata)
    try options.set(CURLOPT_HEADERFUNCTION, receiveHeaderLine)
  }

  private func addHeader(_ line: ByteString) throws(FetchError) {
    guard !line.hasControlCharacter else {
      throw FetchError(.refused, "a header to send has a control character in it: \(quoted(line))")
    }
    let longer = (line.bytes + [0]).withUnsafeBytesTyped { text in
      curl_slist_append(headers, text.bindMemory(to: CChar.self).baseAddress)
    }
    guard let longer else { throw FetchError(.unreachable, "libcurl has no memory for a header") }
    headers = longer
  }

  func run() throws(FetchError) -> FetchResponse {
    guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
      throw FetchError(.unreachable, "libcurl cannot start a transfer")
    }
    let wakeable = Wakeable(multi: multi)
    let code = try request.cancellation.whileBlocked(wake: { wakeable.wake() }) { () throws(FetchError) -> CURLcode in
      try drive()
    }
    guard code == CURLE_OK else { throw failure(code) }
    var status = 0
    ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    return FetchResponse(status: status, fields: received.fields, body: ByteString(received.body))
  }

  /// Until the transfer is done (its result), or cancelled. It sleeps no longer than curl's own timers say, which the
  /// total timeout is one of.
  private func drive() throws(FetchError) -> CURLcode {
    while true {
      guard !request.cancellation.isCancelled else {
        throw FetchError(.cancelled, "the fetch was cancelled, because nobody needs its result any more")
      }
      var running: Int32 = 0
      guard curl_multi_perform(multi, &running) == CURLM_OK else { break }
      if let result = finished() { return result }
      guard running > 0, curl_multi_poll(multi, nil, 0, .max, nil) == CURLM_OK else { break }
    }
    throw FetchError(.unreachable, "libcurl cannot go on with the transfer")
  }

  private func finished() -> CURLcode? {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      if message.pointee.msg == CURLMSG_DONE { return message.pointee.data.result }
    }
    return nil
  }

  private func failure(_ code: CURLcode) -> FetchError {
    if let coding = received.otherTransferCoding {
      return FetchError(
        .unreadable,
        "its Transfer-Encoding is \(quoted(coding)), where nothing but \"chunked\" is read; switch compression off at the "
          + "server or at what stands in front of it")
    }
    if received.isTooLarge { return fetchError(for: CURLE_FILESIZE_EXCEEDED, detail: "", request.transport) }
    return fetchError(for: code, detail: ByteString(cString: detail), request.transport)
  }
}

/// The one thing another thread may do with the transfer. It is used only while `run` is inside `whileBlocked`.
private struct Wakeable: @unchecked Sendable {
  let multi: UnsafeMutableRawPointer

  func wake() { curl_multi_wakeup(multi) }
}
