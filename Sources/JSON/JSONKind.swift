/// The seven kinds of a JSON value (RFC 8259 section 3), with numbers split by spelling: `1` is an integer, `1.0` and
/// `1e0` are reals.
public enum JSONKind: UInt8, Sendable {
  // What holds others comes last.
  case null, bool, integer, real, string, array, object
}
