import Support

/// Finds a name that stands twice in an object (attack A16), in time that grows with the object's size whatever names a
/// sender chooses.
struct JSONNameCheck: ~Copyable {
  private var slots = JSONNameSlots()

  /// Members of an object up to which they are compared with each other where their marks meet.
  private static let few = 32

  /// The second of two members of the same name in the object at `object`; nil when there are none.
  mutating func duplicate(
    in object: Int, of entries: UnsafeMutablePointer<JSONEntry>, entryCount: Int, _ strings: JSONStrings
  ) throws(JSONFault) -> Int? {
    let count = Int(entries[object].count)
    if count <= Self.few { return duplicateOfFew(object, count, entries, strings) }
    try slots.reset(count: count, limit: entryCount)
    if let found = duplicateOfMany(object, count, entries, strings, isKeyed: false) { return found.index }
    // Somebody chose names that meet under the plain hash; nobody can under the keyed one.
    try slots.reset(count: count, limit: entryCount)
    return duplicateOfMany(object, count, entries, strings, isKeyed: true)?.index
  }

  /// What was found, which may be that there is none.
  private struct Found {
    let index: Int?
  }

  private func duplicateOfFew(
    _ object: Int, _ count: Int, _ entries: UnsafeMutablePointer<JSONEntry>, _ strings: JSONStrings
  ) -> Int? {
    var seen: UInt64 = 0
    var name = object &+ 1
    var left = count
    while left > 0 {
      let bit: UInt64 = 1 << UInt64(entries[name].link >> 26)
      if seen & bit != 0, stands(name, in: object, entries, strings) { return name }
      seen |= bit
      name = end(of: name &+ 1, entries)
      left &-= 1
    }
    return nil
  }

  /// Whether a member in front of `name` has its name.
  private func stands(
    _ name: Int, in object: Int, _ entries: UnsafeMutablePointer<JSONEntry>, _ strings: JSONStrings
  ) -> Bool {
    var other = object &+ 1
    while other < name {
      if strings.areEqual(entries + other, entries + name) { return true }
      other = end(of: other &+ 1, entries)
    }
    return false
  }

  /// nil where too many names meet under the plain hash.
  private mutating func duplicateOfMany(
    _ object: Int, _ count: Int, _ entries: UnsafeMutablePointer<JSONEntry>, _ strings: JSONStrings, isKeyed: Bool
  ) -> Found? {
    var meetings = count &* 4
    var name = object &+ 1
    var left = count
    while left > 0 {
      var slot = Int(
        truncatingIfNeeded: isKeyed ? keyedHash(TextView(strings.bytes(entries + name))) : UInt64(entries[name].link))
      while true {
        let other = slots[slot]
        if other == 0 { break }
        if strings.areEqual(entries + other, entries + name) { return Found(index: name) }
        meetings &-= 1
        if meetings < 0, !isKeyed { return nil }
        slot &+= 1
      }
      slots[slot] = name
      name = end(of: name &+ 1, entries)
      left &-= 1
    }
    return Found(index: nil)
  }

  /// The entry behind a value and all that is in it.
  @inline(__always)
  private func end(of value: Int, _ entries: UnsafeMutablePointer<JSONEntry>) -> Int {
    entries[value].isContainer ? Int(entries[value].link) : value &+ 1
  }
}
