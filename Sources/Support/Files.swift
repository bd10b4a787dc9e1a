import CSystem

/// Files that a configuration names.
public enum Files {
  private static let longestPath = 4096

  /// The whole file. INVALID_ARGUMENT when it cannot be read, or is longer than `limit` bytes. `what` names it in the
  /// message.
  public static func read(_ path: ByteString, _ what: StaticString, limit: Int) throws(AuthError) -> [UInt8] {
    let file = try open(path, what)
    defer { fclose(file) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      guard ferror(file) == 0 else { throw refusal(path, what) }
      guard count > 0 else { return content }
      guard count <= limit - content.count else {
        throw AuthError(.invalidArgument, "\(what) \(quoted(path)) is longer than \(limit) bytes")
      }
      piece.withUnsafeBytes { content.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// INVALID_ARGUMENT unless it is a directory that this process can list.
  public static func check(directory path: ByteString, _ what: StaticString) throws(AuthError) {
    fclose(try open(path.isEmpty ? path : path + "/.", what))
  }

  private static func open(_ path: ByteString, _ what: StaticString) throws(AuthError) -> UnsafeMutablePointer<FILE> {
    guard (1...longestPath).contains(path.count), !path.bytes.contains(0) else {
      throw AuthError(.invalidArgument, "\(what) has a path that is empty or longer than \(longestPath) bytes")
    }
    let file = (path.bytes + [0]).withUnsafeBytesTyped { fopen($0.bindMemory(to: CChar.self).baseAddress, "rbe") }
    guard let file else { throw refusal(path, what) }
    return file
  }

  private static func refusal(_ path: ByteString, _ what: StaticString) -> AuthError {
    let reason = strerror(__errno_location().pointee).map { quoted(ByteString(cString: $0)) } ?? "unknown"
    return AuthError(.invalidArgument, "\(what) \(quoted(path)) cannot be read: \(reason)")
  }
}
