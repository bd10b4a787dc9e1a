import Foundation

/// A table of Tests/vectors, which tests in C and Python read too. Without its tables a checkout is none: what cannot be
/// read ends the run.
public struct RuleTable: @unchecked Sendable {  // immutable
  /// A JSON object of the table; a member that is not there is empty or nil.
  public struct Row: @unchecked Sendable {
    fileprivate let members: [String: Any]

    public func text(_ name: String) -> String { members[name] as? String ?? "" }
    public func texts(_ name: String) -> [String] { members[name] as? [String] ?? [] }
    public func pairs(_ name: String) -> [[String]] { members[name] as? [[String]] ?? [] }
    public func has(_ name: String) -> Bool { members[name] != nil }
    public func row(_ name: String) -> Row { Row(members: members[name] as? [String: Any] ?? [:]) }

    /// Nil where it is neither true nor false.
    public func flag(_ name: String) -> Bool? { members[name] as? Bool }

    /// Any value as JSON text; nil where there is none.
    public func json(_ name: String) -> String? { members[name].flatMap { RuleTable.json($0) } }

    /// Its members, each value as JSON text.
    public var jsonMembers: [String: String] { members.compactMapValues { RuleTable.json($0) } }
  }

  public let all: Row

  public init(_ name: String) {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = folder.appendingPathComponent("vectors/\(name).json")
    guard let data = try? Data(contentsOf: path),
      let members = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { preconditionFailure("\(path.path) cannot be read") }
    all = Row(members: members)
  }

  public func rows(_ part: String = "rows") -> [Row] {
    let rows = (all.members[part] as? [[String: Any]] ?? []).map { Row(members: $0) }
    precondition(!rows.isEmpty, "the table has no \(part)")
    return rows
  }

  public func texts(_ part: String) -> [String] {
    precondition(!all.texts(part).isEmpty, "the table has no \(part)")
    return all.texts(part)
  }

  fileprivate static func json(_ value: Any) -> String? {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
    return (try? JSONSerialization.data(withJSONObject: value, options: options)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
