import JOSE
import Support

/// A hash of whole tokens under a random key that never leaves the process, so that nobody can tell which tokens meet in
/// one place of a table.
///
/// Each KiB is reduced to 128 bits by NH, whose collisions of two texts of one length have a probability of 2^-64 over
/// the choice of the key (Black et al., UMAC, CRYPTO '99); SipHash, also keyed, makes the sum of it. A token of the usual
/// size costs a tenth of what SipHash alone would.
final class TokenHash: @unchecked Sendable {
  private static let blockBytes = 1024
  private static let keyWords = blockBytes / 8 &+ 2

  private let key: UnsafeMutablePointer<UInt64>

  private init(_ bytes: [UInt8]) {
    key = .allocate(capacity: Self.keyWords)
    key.initialize(repeating: 0, count: Self.keyWords)
    UnsafeMutableRawBufferPointer(start: key, count: Self.keyWords &* 8).copyBytes(from: bytes)
  }

  deinit { key.deallocate() }

  /// INTERNAL when there is no randomness to be had.
  static func make() throws(AuthError) -> TokenHash { TokenHash(try randomBytes(keyWords &* 8)) }

  @_optimize(speed)
  func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(key[Self.keyWords &- 2])
    hasher.combine(key[Self.keyWords &- 1])
    hasher.combine(text.count)
    var start = 0
    while start < text.count {
      let end = min(start &+ Self.blockBytes, text.count)
      let (high, low) = reduce(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      hasher.combine(high)
      hasher.combine(low)
      start = end
    }
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  /// NH of at most `blockBytes`, padded with zero bytes to a multiple of 16.
  @_optimize(speed)
  private func reduce(_ block: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
    var sum: (high: UInt64, low: UInt64) = (0, 0)
    var offset = 0
    while block.count &- offset >= 16 {
      add(
        block.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
        block.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self), at: offset, to: &sum)
      offset &+= 16
    }
    if offset < block.count {
      var padded: (UInt64, UInt64) = (0, 0)
      withUnsafeMutableBytes(of: &padded) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[offset...])) }
      add(padded.0, padded.1, at: offset, to: &sum)
    }
    return sum
  }

  @inline(__always)
  private func add(_ first: UInt64, _ second: UInt64, at offset: Int, to sum: inout (high: UInt64, low: UInt64)) {
    let word = offset / 8
    let product = (first &+ key[word]).multipliedFullWidth(by: second &+ key[word &+ 1])
    let (low, carried) = sum.low.addingReportingOverflow(product.low)
    sum = (sum.high &+ product.high &+ (carried ? 1 : 0), low)
  }
}
