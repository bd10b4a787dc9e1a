import Support

/// How many resources one request may name. Each is compared with all templates, in several ways of reading it, so that a
/// sender could choose how long that takes.
struct ResourceBounds {
  private static let most = 1000
  private static let mostBytes = 256 << 10

  private var count = 0
  private var byteCount = 0

  /// INVALID_REQUEST.
  mutating func add(_ uri: ByteString) throws(AuthError) {
    count += 1
    byteCount += uri.count
    guard count <= Self.most, byteCount <= Self.mostBytes else {
      throw RequestOperations.refused(
        "names more than \(Self.most) resources, or more than \(Self.mostBytes) bytes of their URIs; send several requests"
      )
    }
  }
}
