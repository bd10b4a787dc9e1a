import Dispatch
import JOSE
import KeyService
import Support
import TestTokens
import Testing

@testable import ResourceServer

/// Attack A33: what a cache keeps is bounded, and what has to go is what is needed least.
struct TokenCacheBoundsTests {
  private func verifier(_ fixture: CacheFixture, entries: Int, bytes: Int = 1 << 30) throws -> Verifier {
    try fixture.verifier { (configuration) throws(AuthError) in
      try configuration.setTokenCache(maxEntries: entries, maxBytes: bytes, maxAgeSeconds: 300)
    }
  }

  @Test(arguments: [1, 2, 10, 50])
  func A33_entriesAreBounded(limit: Int) throws {
    let fixture = try CacheFixture()
    let verifier = try verifier(fixture, entries: limit)
    for number in 0..<120 {
      #expect(verifier.ask(try fixture.token(number)) == .ok)
      #expect(verifier.cachedTokens == min(number + 1, limit))
    }
  }

  @Test func A33_bytesAreBounded() throws {
    let fixture = try CacheFixture()
    let limit = 64 * 1024
    let verifier = try verifier(fixture, entries: 10_000, bytes: limit)
    for number in 0..<200 {
      #expect(verifier.ask(try fixture.token(number)) == .ok)
      #expect(verifier.cachedBytes <= limit)
    }
    #expect(verifier.cachedTokens > 1)
    let large = try fixture.token(0, #","filler":"\#(String(repeating: "x", count: 8_000))""#)
    #expect(verifier.ask(large) == .ok && verifier.isCached(large))
    #expect(verifier.cachedBytes <= limit && verifier.cachedBytes > large.count)
  }

  @Test func A33_aTokenLargerThanTheCacheIsNotKept() throws {
    let fixture = try CacheFixture()
    let verifier = try verifier(fixture, entries: 10, bytes: 1_000)
    let token = try fixture.token()
    #expect(verifier.ask(token) == .ok && verifier.ask(token) == .ok)
    #expect(verifier.cachedTokens == 0 && verifier.cachedBytes == 0)
  }

  @Test func A33_aFloodOfTokensUsedOnceLeavesThoseInUse() throws {
    let fixture = try CacheFixture()
    let verifier = try verifier(fixture, entries: 40)
    let used = try (0..<20).map { try fixture.token($0) }
    for token in used + used { #expect(verifier.ask(token) == .ok) }
    for number in 100..<1_100 { #expect(verifier.ask(try fixture.token(number)) == .ok) }
    #expect(used.allSatisfy { verifier.isCached($0) })
    #expect(verifier.cachedTokens == 40)
  }

  /// So many in use that no search for one to go gets to the end of them.
  @Test func A33_aFloodLeavesAllThatAreInUse() throws {
    let fixture = try CacheFixture()
    let verifier = try verifier(fixture, entries: 200)
    let used = try (0..<150).map { try fixture.token($0) }
    for token in used + used { #expect(verifier.ask(token) == .ok) }
    for number in 1_000..<1_400 { #expect(verifier.ask(try fixture.token(number)) == .ok) }
    #expect(used.allSatisfy { verifier.isCached($0) })
    #expect(verifier.cachedTokens == 200)
  }

  @Test func whatWasUsedLongAgoGoesWhenAllAreUsed() throws {
    let fixture = try CacheFixture()
    let verifier = try verifier(fixture, entries: 20)
    let first = try (0..<20).map { try fixture.token($0) }
    let second = try (100..<120).map { try fixture.token($0) }
    for token in first + first { #expect(verifier.ask(token) == .ok) }
    for _ in 0..<8 { for token in second + second { #expect(verifier.ask(token) == .ok) } }
    #expect(first.filter { verifier.isCached($0) }.count < 10)
    #expect(verifier.cachedTokens == 20)
  }

  /// Hits, insertions and evictions of many threads: for the thread sanitizer, and for what would be freed too early.
  @Test func threadsDoNotDisturbEachOther() throws {
    let fixture = try CacheFixture()
    let verifier = try verifier(fixture, entries: 8)
    let tokens = try (0..<24).map { try fixture.token($0) }
    let results = Collected()
    let threads = DispatchGroup()
    for thread in 0..<4 {
      DispatchQueue.global().async(group: threads) {
        for step in 0..<200 { results.add(verifier.ask(tokens[step % 4 == 0 ? step * (thread + 1) % 24 : step % 3])) }
      }
    }
    #expect(threads.wait(timeout: .now() + 300) == .success)
    #expect(results.all.count == 800 && results.all.allSatisfy { $0 == .ok })
    #expect(verifier.cachedTokens == 8)
  }

  /// The maximum age, on a clock of the test's own.
  @Test func A33_anEntryIsVerifiedAgainWhenItIsOld() throws {
    let fixture = try CacheFixture()
    let verifier = try fixture.verifier()
    let token = try fixture.token()
    let info = try #require(try token.withUnsafeBytes { try verifier.verify($0, waits: true) })
    let keys = try fixture.staticKeys()
    let settings = try TokenCacheSettings(maxEntries: 5, maxBytes: 1 << 20, maxAgeSeconds: 30)
    let cache = TokenCache(settings, hash: try TokenHash.make(), time: fixture.clock)
    let generation = try keys.key(kid: "1", algorithm: fixture.key.algorithm).generation
    let new = NewToken(info: info, keys: keys, generation: generation, window: ValidityWindow())
    let now = fixture.clock.now()
    cache.insert(new, now: now)
    cache.insert(new, now: now)  // of two threads that verified it at once
    #expect(cache.contents.entries == 1)
    fixture.clock.pass(milliseconds: 29_999)
    #expect(token.withUnsafeBytes { cache.find($0, fixture.clock) } != nil)
    fixture.clock.pass(milliseconds: 1)
    #expect(token.withUnsafeBytes { cache.find($0, fixture.clock) } == nil)
    #expect(cache.contents.entries == 0 && cache.contents.bytes == 0)
  }

  /// Two tokens whose hashes meet, which nobody can make happen without the key of the hash.
  @Test func A33_theHashAloneFindsNothing() throws {
    let fixture = try CacheFixture()
    let token = try fixture.token()
    let info = try #require(try token.withUnsafeBytes { try fixture.verifier().verify($0, waits: true) })
    let new = NewToken(info: info, keys: try fixture.staticKeys(), generation: 1, window: ValidityWindow())
    let kept = CachedToken(new, hash: 7, keptUntil: .max, copyCount: 0)
    let table = TokenTable(maxEntries: 1)
    defer { table.destroy() }
    table.insert(kept)
    #expect(token.withUnsafeBytes { table.find(7, $0) } != nil)
    let other = token.dropLast(1) + "_"
    #expect(other.withUnsafeBytes { table.find(7, $0) } == nil)
    #expect(token.withUnsafeBytes { table.find(8, $0) } == nil)
  }

  @Test func everyLengthHasAHashOfItsOwn() throws {
    let hash = try TokenHash.make()
    let text = [UInt8](repeating: 0, count: 3_000)
    let hashes = (0...text.count).map { count in
      text.withUnsafeBytes { hash.hash(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    #expect(Set(hashes).count == hashes.count)
  }

  @Test func everyByteChangesTheHashAndSoDoesTheKey() throws {
    let hash = try TokenHash.make()
    let other = try TokenHash.make()
    var text = (0..<2_100).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let plain = text.withUnsafeBytes { hash.hash($0) }
    #expect(text.withUnsafeBytes { hash.hash($0) } == plain)
    #expect(text.withUnsafeBytes { other.hash($0) } != plain)
    var seen: Set<UInt64> = [plain]
    for index in text.indices {
      text[index] ^= 1
      seen.insert(text.withUnsafeBytes { hash.hash($0) })
      text[index] ^= 1
    }
    #expect(seen.count == text.count + 1)
  }

  /// The lowest bits choose the bucket: similar tokens spread over all of them.
  @Test func similarTokensSpread() throws {
    let hash = try TokenHash.make()
    var buckets = [Int](repeating: 0, count: 64)
    for number in 0..<6_400 {
      let token = ByteString("eyJhbGciOiJFZERTQSJ9.e30.\(number)")
      buckets[Int(token.withUnsafeBytes { hash.hash($0) } % 64)] += 1
    }
    #expect(buckets.allSatisfy { (40...180).contains($0) })
  }
}

extension CacheFixture {
  fileprivate func staticKeys() throws -> IssuerKeys {
    let keySet = try key.jwks(["kid": "1"]).withUnsafeBytes { try KeySet.parse($0) }
    return IssuerKeys(settings: IssuerSettings(issuer: issuer, source: .keySet(keySet)), fetcher: KeyServer())
  }
}

private final class Collected: @unchecked Sendable {
  private let lock = Lock()
  private var results: [ResultCode] = []
  func add(_ result: ResultCode) { lock.withLock { results.append(result) } }
  var all: [ResultCode] { lock.withLock { results } }
}
