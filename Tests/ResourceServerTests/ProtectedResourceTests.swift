import Support
import Testing
import VectorData

@testable import ResourceServer

private let table = RuleTable("urls")

private func judge(_ text: String) -> ResultCode {
  result { () throws(AuthError) in _ = try ProtectedResource(ByteString(text)) }
}

@Test func aResourceIsAURLInNormalForm() {
  for text in table.texts("resources") { #expect(judge(text) == .ok, "\(text)") }
  for part in ["bad_urls", "bad_resources", "not_loopback"] {
    for text in table.texts(part) { #expect(judge(text) == .invalidArgument, "\(text)") }
  }
}

@Test func whoSpellsItOtherwiseIsToldTheNormalForm() {
  for row in table.rows("spelled") {
    do throws(AuthError) {
      _ = try ProtectedResource(ByteString(row.text("url")))
      Issue.record("\(row) is accepted")
    } catch {
      #expect(error.result == .invalidArgument && error.message.string.contains("\"\(row.text("normal"))\""))
    }
  }
}
