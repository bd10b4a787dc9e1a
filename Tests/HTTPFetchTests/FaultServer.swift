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
    try makeCertificates(in: directory)
    let path = directory.path
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../faults/fault_server.py").standardized
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path] + ["trusted", "selfsigned", "othername", "expired"].map {
      "\($0)=\(path)/\($0).crt,\(path)/\($0).key"
    }
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

/// A private authority, a certificate of it for localhost, and three that must not be trusted.
private func makeCertificates(in directory: URL) throws {
  let script = """
    set -e
    key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
    issue() { # name, subject alternative name, days
      key "$1"
      openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
      printf 'subjectAltName=%s\\n' "$2" > "$1.ext"
      openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days "$3" -extfile "$1.ext" -out "$1.crt"
    }
    key ca
    openssl req -x509 -new -key ca.key -subj "/CN=Test CA" -days 2 -out ca.crt
    issue trusted DNS:localhost,IP:127.0.0.1 2
    issue othername DNS:elsewhere.test 2
    issue expired DNS:localhost,IP:127.0.0.1 -1
    mkdir authorities
    cp ca.crt "authorities/$(openssl x509 -in ca.crt -noout -hash).0"
    key selfsigned
    openssl req -x509 -new -key selfsigned.key -subj "/CN=localhost" -addext subjectAltName=DNS:localhost -days 2 \\
      -out selfsigned.crt
    """
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = ["-c", script]
  process.currentDirectoryURL = directory
  process.standardError = output
  process.standardOutput = output
  try process.run()
  let said = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw Broken("openssl made no certificates: \(String(decoding: said, as: UTF8.self))")
  }
}
