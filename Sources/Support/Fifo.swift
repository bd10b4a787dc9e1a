/// First in, first out, both ends in constant time on average.
public struct Fifo<Element> {
  /// Those before `first` were taken.
  private var slots: [Element?] = []
  private var first = 0

  public init() {}

  public var count: Int { slots.count &- first }
  public var isEmpty: Bool { count == 0 }
  public var last: Element? { isEmpty ? nil : slots[slots.count &- 1] }

  public mutating func append(_ element: Element) { slots.append(element) }

  /// There has to be one.
  public mutating func replaceLast(by element: Element) { slots[slots.count &- 1] = element }

  public mutating func takeFirst() -> Element? {
    guard first < slots.count else { return nil }
    let element = slots[first]
    slots[first] = nil
    first += 1
    if first == slots.count {
      (slots, first) = ([], 0)
    } else if first >= 64, first >= slots.count / 2 {
      slots.removeFirst(first)
      first = 0
    }
    return element
  }

  /// All that is left, for the caller to free.
  public mutating func takeAll() -> [Element?] {
    defer { (slots, first) = ([], 0) }
    return slots
  }
}
