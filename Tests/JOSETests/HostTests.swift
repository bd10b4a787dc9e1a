import COpenSSL
import Foundation
import Support
import Synchronization
import TestTokens
import Testing

@testable import JOSE

/// What the library owes the program it is in.
@Suite struct HostTests {
  /// OpenSSL's error queue is the host's: what it has in it stays, and nothing of ours is added.
  @Test func theHostsErrorQueueIsLeftAsItWas() throws {
    let keys = try Issuer.keys()
    let token = try Issuer.token(header: Issuer.goodHeader)
    let forged = try TestToken.signed(header: Issuer.goodHeader, payload: "{}", by: TestKey(.rsa(bits: 2048)))
    for isEmpty in [true, false] {
      ERR_clear_error()
      if !isEmpty { BIO_free(BIO_new_file("/nonexistent/file", "r")) }
      let before = ERR_peek_last_error()
      #expect((before == 0) == isEmpty)
      _ = judge(token, keys)
      _ = judge(forged, keys)
      _ = try? VerificationKey.publicKey(pem: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", kid: nil)
      _ = try KeySet.parse(
        ByteString(
          "{\"keys\":[\(Issuer.p256.jwk(["x": "AA"])),\(Issuer.p256.jwk(["y": Issuer.p256.members["x"] ?? ""]))]}"))
      #expect(ERR_peek_last_error() == before)
      ERR_clear_error()
    }
  }

  /// One key, many threads, good and bad signatures mixed: each verdict is as if it were alone.
  @Test func keysVerifyOnAnyNumberOfThreads() throws {
    for key in [Issuer.rsa, Issuer.p256, Issuer.ed25519] {
      let keys = try Issuer.keys(key)
      let header = ByteString("{\"alg\":\"\(key.algorithm.name.string)\",\"kid\":\"1\"}")
      let good = try TestToken.signed(header: header, payload: Issuer.payload, by: key)
      let bad = try TestToken.signed(header: header, payload: Issuer.payload, by: TestKey(key.kind))
      let wrong = Atomic<Int>(0)
      DispatchQueue.concurrentPerform(iterations: 400) { index in
        let expected: Verdict = index % 2 == 0 ? .accepted : .refused(.signatureInvalid)
        if judge(index % 2 == 0 ? good : bad, keys) != expected { wrong.add(1, ordering: .relaxed) }
      }
      #expect(wrong.load(ordering: .relaxed) == 0)
    }
  }

  @Test func messagesTeachAndGiveNothingAway() throws {
    let secret = [UInt8](repeating: 0x53, count: 32)
    let key = try VerificationKey.secret(secret, algorithm: .hs256, kid: "line\r\nbreak")
    let token = try TestToken.maced(header: #"{"alg":"HS256"}"#, payload: Issuer.payload, secret: [1], as: .hs256)
    let text = message { _ = try UnverifiedToken(parsing: token).verify(with: key) }
    #expect(text.contains("HS256 signature does not fit the key (kid \"line\\x0d\\x0abreak\", shared secret)"))
    #expect(!text.contains("SSSS") && !text.contains("eyJ"))
    #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    let odd = try Issuer.token(header: ByteString("{\"alg\":\"\u{1F600}\\r\\n\"}"))
    #expect(message { _ = try UnverifiedToken(parsing: odd) }.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }
}
