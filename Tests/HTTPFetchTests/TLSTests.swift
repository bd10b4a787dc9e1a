import Foundation
import KeyService
import Support
import Testing

private func authority() throws -> ByteString { ByteString(try FaultServer.shared.get().directory.path + "/ca.crt") }

@Test(arguments: ["localhost", "127.0.0.1"]) func aPrivateAuthorityByFileWorks(host: String) throws {
  let file = try authority()
  let response = try #require(try fetch(try secure("trusted", host: host)) { $0.caFile = file }.response)
  #expect(response.status == 200)
  #expect(response.body == "{\"ok\":true}")
}

@Test func aPrivateAuthorityByDirectoryWorks() throws {
  let directory = ByteString(try FaultServer.shared.get().directory.path + "/authorities")
  #expect(try fetch(try secure("trusted")) { $0.caDirectory = directory }.response?.status == 200)
  #expect(try fetch(try secure("selfsigned")) { $0.caDirectory = directory }.error?.kind == .untrusted)
}

@Test func A24_anUnknownAuthorityFails() throws {
  let error = try #require(try fetch(try secure("trusted")).error)
  #expect(error.kind == .untrusted)
  #expect(error.message.string.contains("TLS certificate is not trusted"))
}

@Test(arguments: ["selfsigned", "othername", "expired"]) func A24_badCertificatesFail(name: String) throws {
  let file = try authority()
  let error = try #require(try fetch(try secure(name)) { $0.caFile = file }.error)
  #expect(error.kind == .untrusted)
  #expect(error.message.string.contains("TLS certificate is not trusted"))
}

@Test func A24_permissionForHTTPDoesNotLoosenHTTPS() throws {
  #expect(try fetch(try secure("selfsigned"), loopback: true).error?.kind == .untrusted)
}

@Test func anAuthorityFileThatIsMissingIsNamedAsTheCause() throws {
  let error = try #require(try fetch(try secure("trusted")) { $0.caFile = "/nonexistent/ca.pem" }.error)
  #expect(error.message.string.contains("certificate authorities cannot be read"))
}
