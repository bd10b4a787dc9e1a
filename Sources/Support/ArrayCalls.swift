// What of Array is inlined everywhere, or is more than is needed, as calls that are small.

extension Array {
  /// `append` where time does not matter: what that leaves at each place it is used in takes ninety bytes.
  @inline(never)
  public mutating func add(_ element: consuming Element) { append(element) }

  /// Those for which `isTaken` says so go, and are given back.
  @inline(never)
  public mutating func take(where isTaken: (Element) -> Bool) -> [Element] {
    var taken: [Element] = []
    var left: [Element] = []
    for element in self {
      if isTaken(element) { taken.add(element) } else { left.add(element) }
    }
    self = left
    return taken
  }
}
