/// Texts, each once, with the index each has among them: 0 for the first that came. The library's one hash table of texts:
/// Swift's dictionaries would be some 4 KB of code for each kind.
public struct TextIndex: Sendable {
  private var texts: [ByteString] = []
  /// With open addressing, at most two thirds full: the index of a text, from 1, or 0. As many as a power of two, or none.
  private var slots: [UInt32] = []

  /// So few texts are compared faster than hashed, and without a copy.
  public static let smallCount = 8

  public init() {}

  /// Empty, with capacity for `minimumCapacity`.
  public init(minimumCapacity: Int) {
    texts.reserveCapacity(minimumCapacity)
    makeSlots(for: minimumCapacity)
  }

  public init(_ texts: [ByteString]) {
    self.init(minimumCapacity: texts.count)
    for text in texts { insert(text) }
  }

  public var count: Int { texts.count }
  public var isEmpty: Bool { texts.isEmpty }

  public func index(of text: ByteString) -> Int? { text.withUnsafeBytes { index(of: TextView($0)) } }

  public func index(of text: TextView) -> Int? {
    guard !texts.isEmpty else { return nil }
    let found = slots[slot(of: text)]
    return found == 0 ? nil : Int(found) &- 1
  }

  public func contains(_ text: ByteString) -> Bool { index(of: text) != nil }

  public func contains(_ text: TextView) -> Bool { index(of: text) != nil }

  /// False when it was there before.
  @discardableResult
  public mutating func insert(_ text: ByteString) -> Bool {
    if (texts.count &+ 1) &* 3 > slots.count &* 2 { makeSlots(for: texts.count &* 2 &+ 8) }
    let slot = text.withUnsafeBytes { self.slot(of: TextView($0)) }
    guard slots[slot] == 0 else { return false }
    texts.append(text)
    slots[slot] = UInt32(truncatingIfNeeded: texts.count)
    return true
  }

  /// Where `text` is, or the empty slot where it would be. (Not inlined, for its size: it stood in 23 places, 3 KB.)
  @inline(never)
  private func slot(of text: TextView) -> Int {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: keyedHash(text)) & mask
    while slots[slot] != 0, !(text == texts[Int(slots[slot]) &- 1]) { slot = (slot &+ 1) & mask }
    return slot
  }

  private mutating func makeSlots(for count: Int) {
    slots = [UInt32](repeating: 0, count: slotCount(for: count))
    for (index, text) in texts.enumerated() {
      let slot = text.withUnsafeBytes { self.slot(of: TextView($0)) }
      slots[slot] = UInt32(truncatingIfNeeded: index &+ 1)
    }
  }
}

/// A power of two, of which `count` are two thirds at most.
func slotCount(for count: Int) -> Int { 1 << (Int.bitWidth &- (count &+ count / 2).leadingZeroBitCount) }

/// SipHash under a secret of the process, so that nobody can choose texts that meet.
public func keyedHash(_ text: TextView) -> UInt64 {
  var hasher = Hasher()
  hasher.combine(bytes: text.bytes)
  return UInt64(bitPattern: Int64(hasher.finalize()))
}

/// A list of texts for each of some texts.
public struct TextLists: Sendable {
  private var keys = TextIndex()
  private var lists: [[ByteString]] = []

  public init() {}

  /// How many texts have a list.
  public var count: Int { keys.count }
  public var isEmpty: Bool { keys.isEmpty }

  /// Empty for a text that has none.
  public subscript(key: ByteString) -> [ByteString] { keys.index(of: key).map { lists[$0] } ?? [] }

  public mutating func add(_ text: ByteString, to key: ByteString) { lists[indexMade(for: key)].append(text) }

  public mutating func set(_ list: [ByteString], for key: ByteString) { lists[indexMade(for: key)] = list }

  private mutating func indexMade(for key: ByteString) -> Int {
    if let index = keys.index(of: key) { return index }
    keys.insert(key)
    lists.append([])
    return lists.count &- 1
  }
}
