import Support
import TestTokens
import Testing

@testable import JOSE

/// A1 to A4: whoever chooses the algorithm chooses whether the signature means anything.
@Suite struct AlgorithmAttacks {
  @Test func control() throws {
    #expect(judge(try Issuer.token(header: Issuer.goodHeader), try Issuer.keys()) == .accepted)
  }

  @Test func A1_noneIsNoAlgorithmInAnySpelling() throws {
    let keys = try Issuer.keys()
    for mask in 0..<16 {
      let name = "none".enumerated().map { mask & 1 << $0 == 0 ? $1.lowercased() : $1.uppercased() }.joined()
      let header = ByteString("{\"alg\":\"\(name)\",\"kid\":\"1\"}")
      let unsigned = TestToken.signingInput(header: header, payload: Issuer.payload) + "."
      #expect(judge(unsigned, keys) == .refused(.algorithmNotAllowed), "\(name)")
      #expect(message { _ = try UnverifiedToken(parsing: unsigned) }.contains("not signed"))
      #expect(judge(try Issuer.token(header: header), keys) == .refused(.algorithmNotAllowed), "\(name)")
    }
  }

  @Test func A1_anEmptySignatureIsNone() throws {
    let unsigned = TestToken.signingInput(header: Issuer.goodHeader, payload: Issuer.payload) + "."
    #expect(judge(unsigned, try Issuer.keys()) == .refused(.tokenMalformed))
  }

  @Test func A1_onlyTheExactNamesAreAlgorithms() throws {
    for name in [
      "rs256", "RS256 ", " RS256", "RS-256", "RS2560", "RS25", "", "ES521", "HS1", "RSA-OAEP", "dir", "A128KW",
    ] {
      let token = try Issuer.token(header: ByteString("{\"alg\":\"\(name)\",\"kid\":\"1\"}"))
      #expect(judge(token, try Issuer.keys()) == .refused(.algorithmNotAllowed), "\(name)")
    }
    for value in ["null", "256", "true", "[\"RS256\"]", "{\"RS256\":1}"] {
      let token = try Issuer.token(header: ByteString("{\"alg\":\(value),\"kid\":\"1\"}"))
      #expect(judge(token, try Issuer.keys()) == .refused(.tokenMalformed), "\(value)")
    }
    #expect(judge(try Issuer.token(header: #"{"kid":"1"}"#), try Issuer.keys()) == .refused(.tokenMalformed))
    for algorithm in Algorithm.allCases { #expect(Algorithm(name: ByteString(algorithm.name.string)) == algorithm) }
  }

  @Test func A2_aPublicKeyIsNoSecret() throws {
    let key = Issuer.rsa
    let secrets = [key.pem, key.der, ByteString(key.jwk()), key.jwks(["kid": "1"]), ByteString(key.members["n"] ?? "")]
    for extra in [["kid": "1"], ["kid": "1", "alg": "RS256"]] {
      let keys = try Issuer.keys(key, extra)
      for secret in secrets {
        for algorithm in [Algorithm.hs256, .hs384, .hs512] {
          let header = ByteString("{\"alg\":\"\(algorithm.name.string)\",\"kid\":\"1\"}")
          let forged = try TestToken.maced(header: header, payload: Issuer.payload, secret: secret.bytes, as: algorithm)
          #expect(judge(forged, keys) == .otherAlgorithm)
          let token = try UnverifiedToken(parsing: forged)
          #expect(result { _ = try token.verify(with: keys.keys[0]) } == .algorithmNotAllowed)
        }
      }
    }
  }

  @Test func A2_aSecretVerifiesItsOneAlgorithmOnly() throws {
    let secret = [UInt8](repeating: 7, count: 64)
    let keys = KeySet(keys: [try .secret(secret, algorithm: .hs256, kid: nil)])
    for algorithm in [Algorithm.hs256, .hs384, .hs512] {
      let header = ByteString("{\"alg\":\"\(algorithm.name.string)\"}")
      let token = try TestToken.maced(header: header, payload: Issuer.payload, secret: secret, as: algorithm)
      #expect(judge(token, keys) == (algorithm == .hs256 ? .accepted : .noKey))
    }
    #expect(result { _ = try VerificationKey.secret(secret, algorithm: .rs256, kid: nil) } == .invalidArgument)
  }

  @Test func A3_anEmptyOrShortSecretIsNone() throws {
    let sizes: [(Algorithm, Int)] = [(.hs256, 32), (.hs384, 48), (.hs512, 64)]
    for (algorithm, size) in sizes {
      for count in [0, 1, size - 1] {
        let short = [UInt8](repeating: 1, count: count)
        #expect(result { _ = try VerificationKey.secret(short, algorithm: algorithm, kid: nil) } == .invalidArgument)
      }
      #expect(
        result { _ = try VerificationKey.secret(.init(repeating: 1, count: size), algorithm: algorithm, kid: nil) }
          == nil)
    }
    let tooLong = [UInt8](repeating: 1, count: 65537)
    #expect(result { _ = try VerificationKey.secret(tooLong, algorithm: .hs256, kid: nil) } == .invalidArgument)
  }

  @Test func A3_aKeyWithoutAlgIsNotForHMAC() throws {
    let keys = try Issuer.keys()
    let header: ByteString = #"{"alg":"HS256","kid":"1"}"#
    let forged = try TestToken.maced(header: header, payload: Issuer.payload, secret: [], as: .hs256)
    #expect(judge(forged, keys) == .otherAlgorithm)
    #expect(keys.keys[0].permitted == .rsa)
  }

  @Test func A4_aKeyIsForItsAlgorithmAlone() throws {
    let pinned = try Issuer.keys(Issuer.rsa, ["kid": "1", "alg": "RS256"])
    let open = try Issuer.keys()
    for algorithm in [Algorithm.rs256, .rs384, .rs512, .ps256, .ps384, .ps512] {
      let header = ByteString("{\"alg\":\"\(algorithm.name.string)\",\"kid\":\"1\"}")
      let token = try TestToken.signed(header: header, payload: Issuer.payload, by: Issuer.rsa, as: algorithm)
      #expect(judge(token, open) == .accepted, "\(algorithm.name.string)")
      #expect(judge(token, pinned) == (algorithm == .rs256 ? .accepted : .otherAlgorithm), "\(algorithm.name.string)")
      let expected: ResultCode? = algorithm == .rs256 ? nil : .algorithmNotAllowed
      #expect(result { _ = try UnverifiedToken(parsing: token).verify(with: pinned.keys[0]) } == expected)
    }
  }

  @Test func A4_theTokensNameDoesNotChangeTheScheme() throws {
    let header: ByteString = #"{"alg":"RS256","kid":"1"}"#
    let input = TestToken.signingInput(header: header, payload: Issuer.payload)
    for algorithm in [Algorithm.rs384, .rs512, .ps256] {
      let token = TestToken.join(input, signature: try Issuer.rsa.sign(input.bytes, as: algorithm))
      #expect(judge(token, try Issuer.keys()) == .refused(.signatureInvalid))
    }
  }

  @Test func everyKeyTypeVerifiesItsOwnAndNoOther() throws {
    for signer in Issuer.all {
      let header = ByteString("{\"alg\":\"\(signer.algorithm.name.string)\",\"kid\":\"1\"}")
      let token = try TestToken.signed(header: header, payload: Issuer.payload, by: signer)
      for key in Issuer.all {
        let verdict = judge(token, try Issuer.keys(key))
        if key === signer {
          #expect(verdict == .accepted)
        } else if key.algorithm == signer.algorithm {  // both are EdDSA
          #expect(verdict == .refused(.signatureInvalid))
        } else {
          #expect(verdict == .otherAlgorithm)
        }
      }
    }
  }

  @Test func eddsaGoesByItsOldAndItsNewName() throws {
    let curves = [(Issuer.ed25519, "Ed25519", "Ed448"), (Issuer.ed448, "Ed448", "Ed25519")]
    for (key, name, other) in curves {
      for keyName in [nil, "EdDSA", name] {
        let keys = try Issuer.keys(key, keyName.map { ["kid": "1", "alg": $0] } ?? ["kid": "1"])
        for tokenName in ["EdDSA", name, other] {
          let header = ByteString("{\"alg\":\"\(tokenName)\",\"kid\":\"1\"}")
          let token = try TestToken.signed(header: header, payload: Issuer.payload, by: key)
          #expect(judge(token, keys) == (tokenName == other ? .otherAlgorithm : .accepted))
        }
      }
      let mismatched = try Issuer.keys(key, ["kid": "1", "alg": other])
      #expect(mismatched.keys.isEmpty && mismatched.skippedReasons.string.contains("its alg is \(other)"))
    }
  }
}
