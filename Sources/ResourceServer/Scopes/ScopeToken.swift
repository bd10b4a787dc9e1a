import Support

/// scope-token of RFC 6749 section 3.3.
func isScopeToken(_ text: ByteString) -> Bool {
  !text.isEmpty && text.bytes.allSatisfy { $0 == 0x21 || (0x23...0x5B).contains($0) || (0x5D...0x7E).contains($0) }
}
