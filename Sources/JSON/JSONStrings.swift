import CSystem

/// Where the bytes of names and strings are: in the text or, where they had escapes, where these were decoded to.
struct JSONStrings {
  let text: UnsafePointer<UInt8>
  let decoded: UnsafePointer<UInt8>

  /// Nothing was decoded where there is no `decoded`.
  init(text: UnsafePointer<UInt8>, decoded: UnsafeMutablePointer<UInt8>?) {
    self.text = text
    self.decoded = decoded.map { UnsafePointer($0) } ?? text
  }

  @inline(__always)
  func start(_ entry: UnsafePointer<JSONEntry>) -> UnsafePointer<UInt8> {
    (entry.pointee.isDecoded ? decoded : text) + Int(entry.pointee.start)
  }

  @inline(__always)
  func bytes(_ entry: UnsafePointer<JSONEntry>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start(entry), count: Int(entry.pointee.count))
  }

  /// Whether two names are the same. Their fingerprints differ where most others do.
  @inline(__always)
  func areEqual(_ left: UnsafePointer<JSONEntry>, _ right: UnsafePointer<JSONEntry>) -> Bool {
    left.pointee.link == right.pointee.link && left.pointee.count == right.pointee.count
      && memcmp(start(left), start(right), Int(left.pointee.count)) == 0
  }

  /// Whether a name is these bytes.
  @inline(__always)
  func isEqual(_ name: UnsafePointer<JSONEntry>, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    Int(name.pointee.count) == count && memcmp(start(name), bytes, count) == 0
  }
}

/// What tells most names apart without reading all of them: their length, first and last bytes. Names that share one are
/// easily found, so nothing may take long where they do.
@inline(__always)
func fingerprint(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
  var mark = UInt32(truncatingIfNeeded: count) &* 0x9E37_79B1
  func mix(_ word: UInt32) {
    mark = (mark ^ word) &* 0x85EB_CA6B
    mark ^= mark >> 13
  }
  if count >= 4 {
    mix(UnsafeRawPointer(name).loadUnaligned(as: UInt32.self))
    mix(UnsafeRawPointer(name + (count &- 4)).loadUnaligned(as: UInt32.self))
  } else {
    var at = 0
    while at < count {
      mix(UInt32(name[at]))
      at &+= 1
    }
  }
  return mark
}
