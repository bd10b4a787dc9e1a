// What of Array is inlined everywhere, or is more than is needed, as calls that are small.

extension Array {
  /// `append` where time does not matter: what that leaves at each place it is used in takes ninety bytes.
  @inline(never)
  public mutating func add(_ element: consuming Element) { append(element) }
}
