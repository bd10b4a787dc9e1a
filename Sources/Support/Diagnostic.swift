/// A text for the developer or the operator, put together out of literals, numbers and foreign text that went through
/// `quoted`. ASCII.
///
/// It is what a String with interpolation would be, in a fraction of the code: every message of the library is built by
/// the few functions here. Inlined are those alone that do nothing but call another.
///
/// A literal chosen by a condition is added with `+ (a ? "x" : "y") +`: interpolated, it could be either of two types.
public struct Diagnostic: ExpressibleByStringInterpolation, Sendable {
  public private(set) var bytes: [UInt8]

  public init(stringLiteral text: StaticString) { bytes = Array(text.bytes) }
  public init(_ text: StaticString) { self.init(stringLiteral: text) }
  public init(stringInterpolation: Interpolation) { bytes = stringInterpolation.bytes }
  public init(ascii bytes: [UInt8]) { self.bytes = bytes }

  public static func + (left: consuming Diagnostic, right: consuming Diagnostic) -> Diagnostic {
    var sum = left
    sum.bytes.append(contentsOf: right.bytes)
    return sum
  }

  public static func += (left: inout Diagnostic, right: consuming Diagnostic) {
    left.bytes.append(contentsOf: right.bytes)
  }

  public var isEmpty: Bool { bytes.isEmpty }
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: StaticString) { bytes.append(contentsOf: text.bytes) }

    /// A text of the library's own, such as a claim's name.
    public mutating func appendInterpolation(_ text: StaticString) { appendLiteral(text) }

    public mutating func appendInterpolation(_ message: consuming Diagnostic) {
      bytes.append(contentsOf: message.bytes)
    }

    public mutating func appendInterpolation(_ number: Int64) {
      if number < 0 { bytes.append(UInt8(ascii: "-")) }
      var rest = number.magnitude
      var digits: [UInt8] = []
      repeat {
        digits.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      } while rest > 0
      while let digit = digits.popLast() { bytes.append(digit) }
    }

    public mutating func appendInterpolation(_ number: Int) { appendInterpolation(Int64(number)) }
    public mutating func appendInterpolation(_ number: Int32) { appendInterpolation(Int64(number)) }
    public mutating func appendInterpolation(_ number: UInt32) { appendInterpolation(Int64(number)) }
  }
}
