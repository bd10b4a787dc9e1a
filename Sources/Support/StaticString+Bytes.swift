/// Texts of the source, such as a claim's name: they live for ever, and a NUL byte is behind them.
extension StaticString {
  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }

  public var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }

  public var count: Int { utf8CodeUnitCount }
}
