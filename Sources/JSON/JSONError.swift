import CJansson
import Support

/// Why a text is not JSON as this library takes it. `message` is ASCII and holds nothing of the text itself, so that it
/// may stand in a log and beside a secret.
public struct JSONError: Error, Sendable {
  public let message: Diagnostic

  /// It may well be JSON, and there was no memory to read it.
  public let isOutOfMemory: Bool

  init(_ message: Diagnostic) {
    self.message = message
    isOutOfMemory = false
  }

  /// What jansson found. Its own sentences quote the input, so only its code and its position are used.
  init(_ error: json_error_t) {
    let text = error.text
    // The code is kept in the last byte of the text; jansson's accessor for it is inline C of the same name as its
    // type.
    let code = json_error_code(withUnsafeBytes(of: text) { UInt32($0.last ?? 0) })
    message = "\(JSONError.sentence(code)) at byte \(error.position)"
    // jansson says something about every fault it finds in the text. Where it gave up without a word it had no memory.
    isOutOfMemory = code == json_error_out_of_memory || text.0 == 0
  }

  /// The failure that `what`, a text that had to be JSON, leads to: `result`, unless the fault is not the text's.
  public func failure(_ result: ResultCode, _ what: Literal) -> AuthError {
    if isOutOfMemory { return AuthError(.noMemory, "there is no memory to read \(what)") }
    return AuthError(result, "\(what) is not strict JSON: \(message)")
  }

  private static func sentence(_ code: json_error_code) -> Diagnostic {
    switch code {
    case json_error_out_of_memory: "out of memory"
    case json_error_stack_overflow: "nested too deep"
    case json_error_invalid_utf8: "invalid UTF-8"
    case json_error_premature_end_of_input: "the text ends too early"
    case json_error_end_of_input_expected: "text after the end of the value"
    case json_error_null_character, json_error_null_byte_in_key: "\\u0000 in a string"
    case json_error_duplicate_key: "duplicate member name"
    case json_error_numeric_overflow: "number out of range"
    default: "not JSON"
    }
  }
}
