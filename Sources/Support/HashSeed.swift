#if hasFeature(Embedded)
  import CSystem

  /// Where Embedded Swift's random numbers come from: the seed of its hashing, the spread of retries. glibc has a function
  /// of this name since 2.36 only; with one of its own, the library runs on 2.34 too. It is not exported.
  @c(arc4random_buf)
  public func fillWithRandomBytes(_ buffer: UnsafeMutableRawPointer?, _ count: Int) {
    var filled = 0
    while let buffer, filled < count {
      let got = getrandom(buffer + filled, count &- filled, 0)
      if got > 0 {
        filled = filled &+ got
      } else if got == 0 || __errno_location().pointee != EINTR {
        return  // a kernel without getrandom: both work without, and flooding is bounded by other means
      }
    }
  }
#endif
