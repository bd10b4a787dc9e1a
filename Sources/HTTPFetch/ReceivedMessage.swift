import CCurl
import KeyService
import Support

/// What has arrived so far, bounded while it streams in (attack A25). Touched by the fetching thread alone.
final class ReceivedMessage {
  private static let mostHeaderBytes = 64 * 1024
  private static let statusLine: [UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2F]  // HTTP/

  private let maximumBytes: Int
  private(set) var body: [UInt8] = []
  private(set) var fields: [FetchResponse.Field] = []
  private(set) var isTooLarge = false
  /// Transfer codings are curl's to undo, and it undoes as many as a server names, each of which can make a body a thousand
  /// times as long (attack A47): whatever is not chunked, once, ends the transfer.
  private(set) var otherTransferCoding: ByteString?
  private var isChunked = false
  private var headerBytes = 0

  init(maximumBytes: Int) { self.maximumBytes = max(maximumBytes, 0) }

  /// Each returns whether there was room; no ends the transfer.
  func appendBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    guard piece.count <= maximumBytes - body.count else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: piece)
    return true
  }

  func appendHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
    guard line.count <= Self.mostHeaderBytes - headerBytes else {
      isTooLarge = true
      return false
    }
    headerBytes += line.count
    // A status line: what came before belongs to an interim answer (1xx).
    if line.starts(with: Self.statusLine) {
      fields.removeAll()
      isChunked = false
    }
    if let first = line.first, first == 0x20 || first == 0x09 {
      // A value that goes on in the next line, which RFC 9112 section 5.2 has gone for: who reads it how is a guess.
      otherTransferCoding = "(a header field in several lines)"
      return false
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
    let field = FetchResponse.Field(
      name: ByteString(line[..<colon].map(lowercased)), value: ByteString(trimmed(line[(colon + 1)...])))
    if field.name == "transfer-encoding" {
      guard !isChunked, field.value.lowercased == "chunked" else {
        otherTransferCoding = field.value
        return false
      }
      isChunked = true
    }
    fields.append(field)
    return true
  }
}

private func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

private func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
  let start = text.firstIndex { !isBlank($0) } ?? text.endIndex
  let last = text.lastIndex { !isBlank($0) } ?? start
  return start < text.endIndex ? Array(text[start...last]) : []
}

/// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION; userdata is the `ReceivedMessage`, borrowed.
let receiveBody: ccurl_data_callback = { data, size, count, userdata in
  receive(data, size, count, userdata) { $0.appendBody($1) }
}

let receiveHeaderLine: ccurl_data_callback = { data, size, count, userdata in
  receive(data, size, count, userdata) { $0.appendHeaderLine($1) }
}

/// The number of bytes taken; any other than all makes curl end the transfer with CURLE_WRITE_ERROR.
private func receive(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ userdata: UnsafeMutableRawPointer?,
  _ append: (ReceivedMessage, UnsafeRawBufferPointer) -> Bool
) -> Int {
  let (total, overflows) = size.multipliedReportingOverflow(by: count)
  guard !overflows, total > 0, let data, let userdata else { return 0 }
  let message = Unmanaged<ReceivedMessage>.fromOpaque(userdata).takeUnretainedValue()
  return append(message, UnsafeRawBufferPointer(start: data, count: total)) ? total : 0
}
