import JSON
import Support

/// One public key as a JSON Web Key (RFC 7517).
extension VerificationKey {
  /// Imports a public JWK; the error says why this one cannot verify signatures. Every rule that concerns one key alone
  /// stands here: a set adds none.
  public static func publicKey(jwk: JSONValue) throws(KeyError) -> VerificationKey {
    try saidTwice { () throws(KeyError) -> VerificationKey in try read(jwk) }
  }

  /// OpenSSL does not always say that it was memory that an import failed for: its no counts when it is said twice, with
  /// memory at hand.
  static func saidTwice(_ make: () throws(KeyError) -> VerificationKey) throws(KeyError) -> VerificationKey {
    do throws(KeyError) {
      return try make()
    } catch {
      if error.isOutOfMemory { throw error }
    }
    do throws(KeyError) {
      return try make()
    } catch {
      throw opensslHasMemory() ? error : KeyError.opensslOutOfMemory
    }
  }

  private static func read(_ jwk: JSONValue) throws(KeyError) -> VerificationKey {
    guard jwk.kind == .object else { throw KeyError("it is no JSON object") }
    let type = try requiredString(jwk, "kty")
    if type == "oct" {
      throw KeyError("it is a shared secret (kty \"oct\"), which a public key set never holds: revoke it")
    }
    try refusePrivateMembers(jwk)
    try checkUse(jwk)
    try checkOperations(jwk)
    let kid = try kid(jwk)
    let material = try material(jwk, type)
    let issuer = jwk.member("issuer").map { $0.string ?? "" }
    return try VerificationKey(
      material, kid: kid, permitted: try permitted(jwk, material), issuer: issuer,
      thumbprints: CertificateThumbprints(jwk))
  }

  /// RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1. Whoever can read the private half can sign as the issuer (attack A27).
  private static func refusePrivateMembers(_ jwk: JSONValue) throws(KeyError) {
    let names: [StaticString] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
    for name in names where jwk.member(name) != nil {
      throw KeyError(
        "it holds the private member \"\(name)\": who reads it can sign; replace it")
    }
  }

  /// RFC 7517 section 4.2 (attack A28).
  private static func checkUse(_ jwk: JSONValue) throws(KeyError) {
    guard let use = try optionalString(jwk, "use"), use != "sig" else { return }
    throw KeyError("its use is \(quoted(use)), not \"sig\"")
  }

  /// RFC 7517 section 4.3.
  private static func checkOperations(_ jwk: JSONValue) throws(KeyError) {
    guard let member = jwk.member("key_ops") else { return }
    guard let operations = member.strings else { throw KeyError("its key_ops is no array of strings") }
    if !operations.contains("verify") { throw KeyError("its key_ops is \(quoted(operations)), without \"verify\"") }
  }

  private static func kid(_ jwk: JSONValue) throws(KeyError) -> ByteString? {
    guard let kid = try optionalString(jwk, "kid") else { return nil }
    if kid.count > JOSEHeader.maxKidBytes {
      throw KeyError("its kid has \(kid.count) bytes; at most \(JOSEHeader.maxKidBytes) are accepted")
    }
    return kid
  }

  private static func material(_ jwk: JSONValue, _ type: ByteString) throws(KeyError) -> KeyMaterial {
    switch type {
    case "RSA":
      return try .rsa(modulus: try requiredBytes(jwk, "n"), exponent: try requiredBytes(jwk, "e"))
    case "EC":
      let name = try requiredString(jwk, "crv")
      guard let curve = Curve(jwkName: name) else { throw KeyError("its curve \(quoted(name)) is not supported") }
      return try .ec(curve, x: try requiredBytes(jwk, "x"), y: try requiredBytes(jwk, "y"))
    case "OKP":
      let name = try requiredString(jwk, "crv")
      guard let curve = EdwardsCurve(jwkName: name) else {
        throw KeyError("its curve \(quoted(name)) is not one for signatures: Ed25519 and Ed448 are")
      }
      return try .edwards(curve, try requiredBytes(jwk, "x"))
    default:
      throw KeyError("its type \(quoted(type)) is not supported: RSA, EC and OKP are")
    }
  }

  /// A key without `alg` is for what its type and curve permit; one with it for that alone (RFC 7517 section 4.4).
  private static func permitted(_ jwk: JSONValue, _ material: KeyMaterial) throws(KeyError) -> AlgorithmSet {
    guard let name = try optionalString(jwk, "alg") else { return material.permitted }
    guard let algorithm = Algorithm(name: name) else {
      throw KeyError("its alg \(quoted(name)) is no signature algorithm known here")
    }
    guard material.permitted.contains(algorithm) else {
      throw KeyError(
        "its alg is \(algorithm.name), but a key of this type (\(material.typeName)) is for "
          + material.permitted.names)
    }
    // The old and the new name of the same algorithm (RFC 9864 section 2.2).
    if case .edwards = material { return material.permitted }
    return AlgorithmSet(algorithm)
  }
}

private func requiredString(_ jwk: JSONValue, _ name: StaticString) throws(KeyError) -> ByteString {
  guard let text = try optionalString(jwk, name) else {
    throw KeyError("it has no \"\(name)\"")
  }
  return text
}

private func optionalString(_ jwk: JSONValue, _ name: StaticString) throws(KeyError) -> ByteString? {
  guard let member = jwk.member(name) else { return nil }
  guard let text = member.string else { throw KeyError("its \"\(name)\" is no string") }
  return text
}

/// More characters than any number of an acceptable key has are not even decoded.
private let maxNumberCharacters = 4096

private func requiredBytes(_ jwk: JSONValue, _ name: StaticString) throws(KeyError) -> [UInt8] {
  let text = try requiredString(jwk, name)
  let label: Diagnostic = "\"\(name)\""
  guard text.count <= maxNumberCharacters else {
    throw KeyError("its \(label) has \(text.count) characters; at most \(maxNumberCharacters) are accepted")
  }
  do throws(Base64URL.Fault) {
    return try Base64URL.decode(text)
  } catch {
    throw KeyError("its \(label) is not base64url: \(error.description)")
  }
}
