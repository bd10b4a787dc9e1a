/// Texts, each once, with the index each has among them: 0 for the first that came. The library's one hash table: each further
/// kind of dictionary or set is some 4 KB of code.
/// Swift's hash is keyed by a secret of the process, so nobody can choose texts that collide.
public struct TextIndex: Sendable {
  private var indices: [ByteString: Int] = [:]

  public init() {}

  /// Empty, with capacity for `minimumCapacity`.
  public init(minimumCapacity: Int) { indices.reserveCapacity(minimumCapacity) }

  @inline(never)
  public init(_ texts: [ByteString]) {
    self.init(minimumCapacity: texts.count)
    for text in texts { insert(text) }
  }

  public var count: Int { indices.count }
  public var isEmpty: Bool { indices.isEmpty }

  @inline(never)
  public func index(of text: ByteString) -> Int? { indices[text] }

  public func contains(_ text: ByteString) -> Bool { index(of: text) != nil }

  /// False when it was there before.
  @inline(never) @discardableResult
  public mutating func insert(_ text: ByteString) -> Bool {
    guard let index = indices.updateValue(indices.count, forKey: text) else { return true }
    indices[text] = index
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
  public subscript(key: ByteString) -> [ByteString] { keys.index(of: key).map { lists[$0] } ?? [] }

  public mutating func add(_ text: ByteString, to key: ByteString) { lists[indexMade(for: key)].add(text) }

  public mutating func set(_ list: [ByteString], for key: ByteString) { lists[indexMade(for: key)] = list }

  private mutating func indexMade(for key: ByteString) -> Int {
    if let index = keys.index(of: key) { return index }
    keys.insert(key)
    lists.add([])
    return lists.count &- 1
  }
}
