import Foundation
import Testing

/// Tests/faults/fault_server.py, with certificates made for this run. It ends when this object goes, or when the test
/// process does.
final class FaultServer: @unchecked Sendable {
  /// One for all tests: it keeps no state that matters but the request counts, and each test has its own paths there.
  static let shared = Result { try FaultServer() }

  let ports: [String: Int]
  let directory: URL
  private let process = Process()
  private let input = Pipe()

  init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("mcpauth-fetch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let path = directory.path
    let scripts = URL(filePath: #filePath).deletingLastPathComponent().appendingPathComponent("../faults").standardized
    try makeCertificates(in: directory, by: scripts.appendingPathComponent("certificates.sh"))
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let certificates = ["trusted", "selfsigned", "othername", "expired"].map {
      "\($0)=\(path)/\($0).crt,\(path)/\($0).key"
    }
    process.arguments = ["python3", scripts.appendingPathComponent("fault_server.py").path] + certificates
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // The interpreter's one line; end of file if it failed to start.
    var line = Data()
    while !line.contains(UInt8(ascii: "\n")) {
      let piece = output.fileHandleForReading.availableData
      if piece.isEmpty { throw Broken("the fault server did not start: is python3 installed?") }
      line.append(piece)
    }
    ports = try JSONDecoder().decode([String: Int].self, from: line)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    try? FileManager.default.removeItem(at: directory)
  }

  func port(_ name: String) throws -> Int { try #require(ports[name]) }
}

struct Broken: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

private func makeCertificates(in directory: URL, by script: URL) throws {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = [script.path, directory.path]
  process.standardError = output
  process.standardOutput = output
  try process.run()
  let said = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw Broken("openssl made no certificates: \(String(decoding: said, as: UTF8.self))")
  }
}
