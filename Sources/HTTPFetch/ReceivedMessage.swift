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
    if line.starts(with: Self.statusLine) { fields.removeAll() }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
    fields.append(
      FetchResponse.Field(
        name: ByteString(line[..<colon].map(lowercased)), value: ByteString(trimmed(line[(colon + 1)...]))))
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
