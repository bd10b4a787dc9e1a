extension Array {
  /// `append` where time does not matter: what that leaves at each place it is used in takes ninety bytes.
  @inline(never)
  public mutating func add(_ element: consuming Element) { append(element) }
}
