import CJansson
import Support

/// Compact text of a tree; empty when jansson could not get memory.
func serialize(_ node: JSONDocument.Node) -> ByteString {
  let flags = Int(JSON_COMPACT | JSON_ENCODE_ANY)
  // Measured first and written second, into memory of our own: jansson's `json_dumps` gives memory of an allocator that
  // the host may have replaced.
  let needed = json_dumpb(node, nil, 0, flags)
  guard needed > 0 else { return ByteString() }
  var written = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: needed) { buffer, count in
    buffer.withMemoryRebound(to: CChar.self) { written = json_dumpb(node, $0.baseAddress, needed, flags) }
    count = written == needed ? needed : 0
  }
  return ByteString(bytes)
}
