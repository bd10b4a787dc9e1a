/// Each once, in their order. A token may hold a thousand scopes, so nothing is copied, and a plain hash comes first;
/// where texts were chosen to meet under it, a keyed one takes over.
public func withoutRepetition(_ texts: [TextView]) -> [TextView] {
  unrepeated(texts, isKeyed: false) ?? unrepeated(texts, isKeyed: true) ?? texts
}

/// Each once, in their order.
public func withoutRepetition(_ texts: [ByteString]) -> [ByteString] {
  var seen = TextIndex(minimumCapacity: texts.count)
  return texts.filter { seen.insert($0) }
}

/// nil where too many texts meet under the plain hash; never under the keyed one.
private func unrepeated(_ texts: [TextView], isKeyed: Bool) -> [TextView]? {
  // As in a TextIndex: of each text its number among the kept ones, from 1.
  var slots = [UInt32](repeating: 0, count: slotCount(for: texts.count))
  let mask = slots.count &- 1
  var kept: [TextView] = []
  kept.reserveCapacity(texts.count)
  var meetings = texts.count &* 4
  for text in texts {
    var slot = Int(truncatingIfNeeded: isKeyed ? keyedHash(text) : plainHash(text)) & mask
    var isRepeated = false
    while slots[slot] != 0 {
      if kept[Int(slots[slot]) &- 1] == text {
        isRepeated = true
        break
      }
      meetings &-= 1
      if meetings < 0, !isKeyed { return nil }
      slot = (slot &+ 1) & mask
    }
    if isRepeated { continue }
    kept.append(text)
    slots[slot] = UInt32(truncatingIfNeeded: kept.count)
  }
  return kept
}

private func plainHash(_ text: TextView) -> UInt64 {
  let bytes = text.bytes
  var hash = UInt64(truncatingIfNeeded: text.count)
  func mix(_ word: UInt64) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
  }
  guard text.count >= 8 else {
    var word: UInt64 = 0
    for byte in bytes { word = word << 8 | UInt64(byte) }
    mix(word)
    return hash
  }
  var at = 0
  while text.count &- at > 8 {
    mix(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    at &+= 8
  }
  // The last eight, some of which may have been taken already.
  mix(bytes.loadUnaligned(fromByteOffset: text.count &- 8, as: UInt64.self))
  return hash
}
