import Support
import Testing

@testable import ResourceServer

private let rows: [(path: ByteString, value: ByteString, claim: String, result: ResultCode)] = [
  ("use", "access", #""access""#, .ok), ("use", "access", #""id""#, .claimInvalid),
  ("use", "access", "", .claimMissing),
  ("verified", "true", "true", .ok), ("verified", "true", "false", .claimInvalid),
  ("verified", "true", #""true""#, .ok), ("verified", "true", "[false,true]", .ok),
  ("verified", "true", #"{"true":true}"#, .claimInvalid), ("verified", "true", "null", .claimInvalid),
  ("level", "2", "2", .ok), ("level", "2", "true", .claimInvalid), ("level", "null", "null", .claimInvalid),
]

@Test(arguments: rows.indices)
func aRequiredClaimHasOneOfItsValues(row: Int) throws {
  let (path, value, claim, result) = rows[row]
  let server = try TestVerifier { (c) throws(AuthError) in try c.addRequiredClaim(path, value) }
  #expect(try server.judge([String(decoding: path.bytes, as: UTF8.self): claim]) == result, "\(claim)")
}
