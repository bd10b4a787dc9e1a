import Support

// Bounds of a request, so that a sender does not choose how long judging it takes.

extension RequestOperations {
  public static let largestBody = 4 << 20

  /// INVALID_REQUEST.
  public static func check(byteCount: Int) throws(AuthError) {
    guard byteCount <= largestBody else { throw refused("is larger than \(largestBody) bytes") }
  }
}

/// How many resources one request may name: each is compared with all templates, in several ways of reading it.
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
