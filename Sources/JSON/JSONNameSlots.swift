import CSystem
import Support

/// A hash table with open addressing for the names of one object: each slot holds the index of a name's entry, or 0. Its
/// memory is kept for the next object.
struct JSONNameSlots: ~Copyable {
  private var memory = CheckedMemory()
  private var mask = 0
  /// Two bytes a slot instead of four, where indices are that small: those of a token are.
  private var isNarrow = false

  /// Empties it, with more slots than `count` by half at least, for indices below `limit`.
  mutating func reset(count: Int, limit: Int) throws(JSONFault) {
    let slots = 1 << (Int.bitWidth &- (count &+ count / 2).leadingZeroBitCount)
    mask = slots &- 1
    isNarrow = limit <= Int(UInt16.max)
    let byteCount = slots &* (isNarrow ? 2 : 4)
    if memory.byteCount < byteCount {
      memory = CheckedMemory()  // not both at once
      memory = CheckedMemory(byteCount: byteCount)
    }
    guard let start = memory.start else { throw .outOfMemory }
    memset(start, 0, byteCount)
  }

  /// Any number is a slot's.
  subscript(number: Int) -> Int {
    get {
      guard let start = memory.start else { return 0 }
      let slot = number & mask
      return isNarrow
        ? Int(start.load(fromByteOffset: slot &* 2, as: UInt16.self))
        : Int(start.load(fromByteOffset: slot &* 4, as: UInt32.self))
    }
    set {
      guard let start = memory.start else { return }
      let slot = number & mask
      if isNarrow {
        start.storeBytes(of: UInt16(truncatingIfNeeded: newValue), toByteOffset: slot &* 2, as: UInt16.self)
      } else {
        start.storeBytes(of: UInt32(truncatingIfNeeded: newValue), toByteOffset: slot &* 4, as: UInt32.self)
      }
    }
  }
}
