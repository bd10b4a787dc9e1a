import Support
import Testing
import VectorData

@testable import JSON

/// JSONTestSuite: `y_` must be accepted, `n_` refused, `i_` is for the parser to decide.
@Suite(.enabled(if: Vectors.has(orRequires: "jsontestsuite"), "no third-party test data"))
struct JSONTestSuiteTests {
  static let folder = "jsontestsuite/test_parsing"

  /// RFC 8259 allows them; a verifier must not (attacks A16 and A31).
  static let refusedOnPurpose = [
    "y_object_duplicated_key.json": "duplicate member name",
    "y_object_duplicated_key_and_value.json": "duplicate member name",
    "y_object_escaped_null_in_key.json": #"\u0000"#,
    "y_string_null_escape.json": #"\u0000"#,
  ]

  /// What RFC 8259 leaves open, decided. A number of any size is read, and has a value only where a type can hold it: see
  /// `JSONNumberTests`. Text is strict UTF-8, surrogates come in pairs, no byte order mark, and nesting ends at 32.
  static let decided: [String: Bool] = [
    "i_number_double_huge_neg_exp.json": true,
    "i_number_huge_exp.json": true,
    "i_number_neg_int_huge_exp.json": true,
    "i_number_pos_double_huge_exp.json": true,
    "i_number_real_neg_overflow.json": true,
    "i_number_real_pos_overflow.json": true,
    "i_number_real_underflow.json": true,
    "i_number_too_big_neg_int.json": true,
    "i_number_too_big_pos_int.json": true,
    "i_number_very_big_negative_int.json": true,
    "i_object_key_lone_2nd_surrogate.json": false,
    "i_string_1st_surrogate_but_2nd_missing.json": false,
    "i_string_1st_valid_surrogate_2nd_invalid.json": false,
    "i_string_UTF-16LE_with_BOM.json": false,
    "i_string_UTF-8_invalid_sequence.json": false,
    "i_string_UTF8_surrogate_U+D800.json": false,
    "i_string_incomplete_surrogate_and_escape_valid.json": false,
    "i_string_incomplete_surrogate_pair.json": false,
    "i_string_incomplete_surrogates_escape_valid.json": false,
    "i_string_invalid_lonely_surrogate.json": false,
    "i_string_invalid_surrogate.json": false,
    "i_string_invalid_utf-8.json": false,
    "i_string_inverted_surrogates_U+1D11E.json": false,
    "i_string_iso_latin_1.json": false,
    "i_string_lone_second_surrogate.json": false,
    "i_string_lone_utf8_continuation_byte.json": false,
    "i_string_not_in_unicode_range.json": false,
    "i_string_overlong_sequence_2_bytes.json": false,
    "i_string_overlong_sequence_6_bytes.json": false,
    "i_string_overlong_sequence_6_bytes_null.json": false,
    "i_string_truncated-utf-8.json": false,
    "i_string_utf16BE_no_BOM.json": false,
    "i_string_utf16LE_no_BOM.json": false,
    "i_structure_500_nested_arrays.json": false,
    "i_structure_UTF-8_BOM_empty_object.json": false,
  ]

  private func refusal(_ file: String) throws -> String? {
    let text = try Vectors.bytes("\(JSONTestSuiteTests.folder)/\(file)")
    do throws(JSONError) {
      _ = try text.withUnsafeBytesTyped { (bytes) throws(JSONError) -> JSONDocument in try JSONDocument.parse(bytes) }
      return nil
    } catch {
      return error.message.string
    }
  }

  private func files(_ prefix: String) throws -> [String] {
    try Vectors.files(JSONTestSuiteTests.folder).filter { $0.hasPrefix(prefix) }
  }

  @Test func validTextsAreAcceptedButForTheFourRefusedOnPurpose() throws {
    let files = try files("y_")
    for file in files {
      let message = try refusal(file)
      if let reason = JSONTestSuiteTests.refusedOnPurpose[file] {
        #expect(message?.contains(reason) == true, "\(file)")
      } else {
        #expect(message == nil, "\(file)")
      }
    }
    #expect(files.count == 95)
    Vectors.report("JSONTestSuite y_", ran: files.count, exempt: 0)
  }

  @Test func invalidTextsAreRefused() throws {
    let files = try files("n_")
    for file in files { #expect(try refusal(file) != nil, "\(file)") }
    #expect(files.count == 188)
    Vectors.report("JSONTestSuite n_", ran: files.count, exempt: 0)
  }

  @Test func whatTheStandardLeavesOpenIsDecided() throws {
    let files = try files("i_")
    for file in files {
      let accepted = try refusal(file) == nil
      #expect(accepted == JSONTestSuiteTests.decided[file], "\(file)")
    }
    #expect(files.count == 35)
    Vectors.report("JSONTestSuite i_", ran: files.count, exempt: 0)
  }
}
