import JSON
import Support

/// A key of a set that is not used, and why: for the operator.
public struct SkippedKey: Sendable {
  public let kid: ByteString?
  public let reason: Diagnostic
}

/// The keys of one issuer: an immutable snapshot, for any thread.
public final class KeySet: Sendable {
  public let keys: [VerificationKey]
  /// Of the kid of each, so that few of many are compared.
  let kidMarks: [UInt32]
  public let skipped: [SkippedKey]

  public static let maxKeys = 100
  public static let maxBytes = 1 << 20

  public init(keys: [VerificationKey], skipped: [SkippedKey] = []) {
    self.keys = keys
    self.skipped = skipped
    kidMarks = keys.map { KeySet.mark($0.kid) }
  }

  /// Reads a JWK Set (RFC 7517 section 5). A key that cannot be used is skipped, and never takes the others with it;
  /// the error is for a text that is no key set at all, for more than `maxBytes`, and for more than `maxKeys`. Whether
  /// a set without a usable key is an error is for the caller to say.
  public static func parse(_ text: UnsafeRawBufferPointer) throws(KeyError) -> KeySet {
    guard text.count <= maxBytes else {
      throw KeyError("the key set has \(text.count) bytes; at most \(maxBytes) are accepted")
    }
    let list = try list(text)
    guard list.count <= maxKeys else {
      throw KeyError("the key set has \(list.count) keys; at most \(maxKeys) are accepted")
    }
    var keys: [VerificationKey] = []
    var skipped: [SkippedKey] = []
    var outOfMemory: KeyError?
    list.forEachElement { jwk in
      do throws(KeyError) {
        let key = try VerificationKey.publicKey(jwk: jwk)
        // What a set has twice is one key (attack A27).
        if !keys.contains(where: { $0.makesNeedless(key) }) { keys.append(key) }
      } catch {
        if error.isOutOfMemory { outOfMemory = error }
        skipped.append(SkippedKey(kid: jwk.member("kid")?.string, reason: error.message))
      }
    }
    // Without a key that is good the set would be another one, and nobody would ask for it again.
    if let outOfMemory { throw outOfMemory }
    return KeySet(keys: keys, skipped: skipped)
  }

  public static func parse(_ text: ByteString) throws(KeyError) -> KeySet {
    try text.withUnsafeBytes { (bytes) throws(KeyError) -> KeySet in try parse(bytes) }
  }

  /// Why the skipped keys were skipped, in one line: `kid "a": its use is "enc", not "sig"; kid "b": ...`.
  public var skippedReasons: Diagnostic {
    var text: Diagnostic = ""
    for key in skipped {
      let name: Diagnostic = key.kid.map { "kid \(quoted($0))" } ?? "a key without kid"
      text += (text.isEmpty ? "" : "; ") + name + ": " + key.reason
    }
    return text
  }

  /// The kids that fit several keys for one algorithm, so that none of these is used: for the operator.
  public var ambiguousKids: [ByteString] {
    var kids: [ByteString] = []
    for (index, key) in keys.enumerated() {
      guard let kid = key.kid, !kids.contains(kid) else { continue }
      let isAmbiguous = keys[..<index].contains { other in
        other.kid == kid && !other.permitted.intersection(key.permitted).isEmpty && !other.isSameKey(as: key)
      }
      if isAmbiguous { kids.append(kid) }
    }
    return kids
  }

  /// What makes keys of the set useless, one line for each kind; empty where all is well.
  public var complaints: Diagnostic {
    let ambiguous = ambiguousKids
    guard !ambiguous.isEmpty else { return skippedReasons }
    let why = Self.ambiguity(ambiguous)
    return skipped.isEmpty ? why : skippedReasons + "; " + why
  }

  public static func ambiguity(_ kids: [ByteString]) -> Diagnostic {
    "ambiguous, as several keys have it: kid \(quoted(kids)); tokens that name it are refused until each key has a kid "
      + "of its own"
  }

  private static func list(_ text: UnsafeRawBufferPointer) throws(KeyError) -> JSONValue {
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument.parse(text).root
    } catch {
      throw KeyError(
        error.failure(.invalidArgument, "the key set").message, isOutOfMemory: error.isOutOfMemory)
    }
    guard root.kind == .object else { throw KeyError("the key set is JSON but no object (RFC 7517 section 5)") }
    guard let list = root.member("keys") else {
      throw KeyError(
        root.member("kty") == nil
          ? "the key set has no \"keys\" (RFC 7517 section 5); is this the right URL?"
          : "this is a single key; a key set wraps it: {\"keys\": [...]}")
    }
    guard list.kind == .array else { throw KeyError("\"keys\" of the key set is no array (RFC 7517 section 5)") }
    return list
  }
}

extension VerificationKey {
  /// Whether a set with this key says all that `other` does.
  fileprivate func makesNeedless(_ other: VerificationKey) -> Bool {
    kid == other.kid && other.permitted.subtracting(permitted).isEmpty && other.thumbprints.isPart(of: thumbprints)
      && isSameKey(as: other)
  }
}
