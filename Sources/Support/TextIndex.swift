/// Texts, each once, with the place it has among them: 0 for the first that came. The library's one hash table: each further
/// kind of dictionary or set is some 4 KB of code.
/// Swift's hash is keyed by a secret of the process, so nobody can choose texts that collide.
public struct TextIndex: Sendable {
  private var places: [ByteString: Int] = [:]

  public init() {}

  /// Empty, with room for so many.
  public init(roomFor count: Int) { places.reserveCapacity(count) }

  @inline(never)
  public init(_ texts: [ByteString]) {
    self.init(roomFor: texts.count)
    for text in texts { insert(text) }
  }

  public var count: Int { places.count }
  public var isEmpty: Bool { places.isEmpty }

  @inline(never)
  public func place(of text: ByteString) -> Int? { places[text] }

  public func contains(_ text: ByteString) -> Bool { place(of: text) != nil }

  /// False when it was there before.
  @inline(never) @discardableResult
  public mutating func insert(_ text: ByteString) -> Bool {
    guard let place = places.updateValue(places.count, forKey: text) else { return true }
    places[text] = place
    return false
  }
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
  public subscript(key: ByteString) -> [ByteString] { keys.place(of: key).map { lists[$0] } ?? [] }

  public mutating func add(_ text: ByteString, to key: ByteString) { lists[placeMade(for: key)].add(text) }

  public mutating func set(_ list: [ByteString], for key: ByteString) { lists[placeMade(for: key)] = list }

  private mutating func placeMade(for key: ByteString) -> Int {
    if let place = keys.place(of: key) { return place }
    keys.insert(key)
    lists.add([])
    return lists.count &- 1
  }
}
