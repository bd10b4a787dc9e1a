/// Text as the bytes it arrived in: what identifiers (issuer, audience, scope, kid) are kept and compared as.
///
/// Two byte strings are equal when every byte is. Swift's `String ==` is canonical equivalence, under which two
/// different issuers could compare equal (attack A31).
public struct ByteString: TextBytes, Hashable, Sendable, ExpressibleByStringLiteral {
  public var bytes: [UInt8]

  public init() { bytes = [] }
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public init(_ slice: ArraySlice<UInt8>) { bytes = Array(slice) }

  public init(_ buffer: UnsafeRawBufferPointer) { bytes = Array(buffer) }

  public init(_ text: String) { bytes = Array(text.utf8) }
  public init(_ message: Diagnostic) { bytes = message.bytes }

  public init(stringLiteral text: StaticString) { bytes = Array(text.bytes) }
  public init(_ text: StaticString) { self.init(stringLiteral: text) }

  /// Copies a NUL-terminated C string.
  public init(cString: UnsafePointer<CChar>) { self.init(TextView(cString: cString)) }

  public static func == (left: ByteString, right: StaticString) -> Bool {
    left.withUnsafeBytes { bytesEqual($0, UnsafeRawBufferPointer(right.bytes)) }
  }

  public static func != (left: ByteString, right: StaticString) -> Bool { !(left == right) }

  /// For the cases of a switch.
  public static func ~= (pattern: StaticString, text: ByteString) -> Bool { text == pattern }

  public func hash(into hasher: inout Hasher) { withUnsafeBytes { hasher.combine(bytes: $0) } }

  public var count: Int { bytes.count }
  public var isEmpty: Bool { bytes.isEmpty }

  public func hasPrefix(_ prefix: StaticString) -> Bool { bytes.starts(with: prefix.bytes) }

  public func hasSuffix(_ suffix: StaticString) -> Bool { bytes.suffix(suffix.count).elementsEqual(suffix.bytes) }

  public func prefix(_ count: Int) -> ByteString { ByteString(bytes.prefix(count)) }

  public func dropFirst(_ count: Int) -> ByteString { ByteString(bytes.dropFirst(count)) }

  public func dropLast(_ count: Int) -> ByteString { ByteString(bytes.dropLast(count)) }

  public mutating func append(_ other: consuming ByteString) { bytes.append(contentsOf: other.bytes) }
  public mutating func append(_ byte: UInt8) { bytes.append(byte) }

  public static func + (left: consuming ByteString, right: consuming ByteString) -> ByteString {
    var sum = left
    sum.append(right)
    return sum
  }

  /// The pieces between single occurrences of `separator`; empty pieces are left out unless `keepsEmpty`.
  public func split(separator: UInt8, keepsEmpty: Bool = false) -> [ByteString] {
    withUnsafeBytes { pieces(of: $0, separator: separator, keepsEmpty: keepsEmpty) }
  }

  /// Whether both are the same but for the case of A to Z.
  public func equalsIgnoringCase(_ other: StaticString) -> Bool {
    bytes.elementsEqual(other.bytes) { lowercase($0) == lowercase($1) }
  }

  /// A to Z as a to z.
  public var lowercased: ByteString { ByteString(bytes.map(lowercase)) }

  /// Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
  public var isValidUTF8: Bool {
    var parser = Unicode.UTF8.ForwardParser()
    var input = bytes.makeIterator()
    while true {
      switch parser.parseScalar(from: &input) {
      case .valid: continue
      case .emptyInput: return true
      case .error: return false
      }
    }
  }

  /// A byte below 0x20, or 0x7F: what must never reach an HTTP header or a log line.
  public var hasControlCharacter: Bool { bytes.contains { $0 < 0x20 || $0 == 0x7F } }

  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withUnsafeBytesTyped(body)
  }
}

extension Array where Element == UInt8 {
  /// `withUnsafeBytes` with the caller's own error type, which Embedded Swift needs.
  public func withUnsafeBytesTyped<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
      try body(UnsafeRawBufferPointer(buffer))
    }
  }
}

private func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
