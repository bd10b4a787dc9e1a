import Foundation

/// Third-party test data, read in place: the folder that MCPAUTH_VECTORS names, by default `../shared/vectors` beside
/// the project. Absent data means skipped tests, and failed ones where CI is "true".
public enum Vectors {
  public static let root: URL = {
    if let named = ProcessInfo.processInfo.environment["MCPAUTH_VECTORS"], !named.isEmpty {
      return URL(fileURLWithPath: named, isDirectory: true)
    }
    let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return project.appendingPathComponent("../shared/vectors", isDirectory: true).standardizedFileURL
  }()

  public static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

  public static func has(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// The condition for a test that reads `path`: true in CI too, so that the absence fails there.
  public static func has(orRequires path: String) -> Bool { isRequired || has(path) }

  public static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// A JSON object of the file at `path`.
  public static func object(_ path: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(bytes(path))) as? [String: Any] ?? [:]
  }

  /// The names of the files in `folder`, sorted.
  public static func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
  }

  public static func text(_ object: Any) throws -> [UInt8] {
    Array(try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]))
  }

  /// The line by which a run tells what it covered.
  public static func report(_ name: String, ran: Int, exempt: Int) {
    print("vectors: \(name): \(ran) ran, \(exempt) exempt")
  }
}

extension [String: Any] {
  public func text(_ key: String) -> String { self[key] as? String ?? "" }
  public func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
  public func list(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }
  public func hex(_ key: String) -> [UInt8] { hexBytes(text(key)) }
}

public func hexBytes(_ text: String) -> [UInt8] {
  let digits = Array(text.utf8)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
  }
}
