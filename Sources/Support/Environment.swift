import CSystem

/// The variable of the environment; nil where it is not set, or empty.
public func environment(_ name: StaticString) -> ByteString? { text(getenv(name.cString)) }

/// The same for what decides whom to trust: nil also where the process has more rights than who started it.
public func trustedEnvironment(_ name: StaticString) -> ByteString? { text(secure_getenv(name.cString)) }

private func text(_ value: UnsafeMutablePointer<CChar>?) -> ByteString? {
  guard let value, value.pointee != 0 else { return nil }
  return ByteString(cString: value)
}
