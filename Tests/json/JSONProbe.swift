// The reader and the writer of Sources/JSON as a few C functions, for tests and benchmarks in other languages. Compiled
// together with Support and JSON with the release's own flags into a library of its own: nothing of it is shipped. The
// functions are described in probe.h.
import CSystem
import JSON
import Support

/// A text that was read, or why it was not, and what was last written of it.
final class JSONProbe {
  let document: JSONDocument?
  let error: ByteString
  let status: Int32
  var written: [UInt8] = []

  init(_ document: JSONDocument?, _ error: ByteString, _ status: Int32) {
    self.document = document
    self.error = error
    self.status = status
  }
}

private func probe(_ handle: UnsafeMutableRawPointer) -> JSONProbe {
  Unmanaged<JSONProbe>.fromOpaque(handle).takeUnretainedValue()
}

private func read(_ text: UnsafeRawBufferPointer, _ maxDepth: Int, _ maxValues: Int) -> JSONProbe {
  do throws(JSONError) {
    let document =
      maxValues < 0
      ? try JSONDocument.parse(text, maxDepth: maxDepth)
      : try JSONDocument.borrow(text, maxDepth: maxDepth, maxEntries: maxValues)
    return JSONProbe(document, ByteString(), 0)
  } catch {
    return JSONProbe(nil, ByteString(error.message), error.isOutOfMemory ? 2 : 1)
  }
}

@_cdecl("json_probe_parse")
public func jsonProbeParse(
  _ text: UnsafeRawPointer?, _ count: Int, _ maxDepth: Int, _ maxValues: Int
) -> UnsafeMutableRawPointer? {
  Unmanaged.passRetained(read(UnsafeRawBufferPointer(start: text, count: count), maxDepth, maxValues)).toOpaque()
}

@_cdecl("json_probe_free")
public func jsonProbeFree(_ handle: UnsafeMutableRawPointer) {
  Unmanaged<JSONProbe>.fromOpaque(handle).release()
}

@_cdecl("json_probe_status")
public func jsonProbeStatus(_ handle: UnsafeMutableRawPointer) -> Int32 { probe(handle).status }

@_cdecl("json_probe_error")
public func jsonProbeError(
  _ handle: UnsafeMutableRawPointer, _ count: UnsafeMutablePointer<Int>
) -> UnsafePointer<UInt8>? {
  let probe = probe(handle)
  return lend(probe, probe.error.bytes, count)
}

/// Keeps `bytes` in `probe` and hands out where they are, which is valid until something else is written.
private func lend(
  _ probe: JSONProbe, _ bytes: [UInt8], _ count: UnsafeMutablePointer<Int>
) -> UnsafePointer<UInt8>? {
  probe.written = bytes
  probe.written.append(0)
  count.pointee = bytes.count
  return probe.written.withUnsafeBufferPointer { $0.baseAddress }
}

@_cdecl("json_probe_serialize")
public func jsonProbeSerialize(
  _ handle: UnsafeMutableRawPointer, _ count: UnsafeMutablePointer<Int>
) -> UnsafePointer<UInt8>? {
  let probe = probe(handle)
  return lend(probe, probe.document?.root.serialized().bytes ?? [], count)
}

// ---- what a value is, in a form that is the same for every reader -------------------------------------------------------

private func put(_ number: UInt64, _ byteCount: Int, _ out: inout [UInt8]) {
  var rest = number
  for _ in 0..<byteCount {
    out.append(UInt8(truncatingIfNeeded: rest))
    rest >>= 8
  }
}

private func put(_ text: ByteString, _ out: inout [UInt8]) {
  put(UInt64(text.count), 4, &out)
  out.append(contentsOf: text.bytes)
}

private func describe(_ value: JSONValue, _ out: inout [UInt8]) {
  switch value.kind {
  case .object:
    out.append(UInt8(ascii: "{"))
    put(UInt64(value.count), 4, &out)
    value.forEachMember { name, member in
      put(name, &out)
      describe(member, &out)
    }
  case .array:
    out.append(UInt8(ascii: "["))
    put(UInt64(value.count), 4, &out)
    value.forEachElement { describe($0, &out) }
  case .string:
    out.append(UInt8(ascii: "s"))
    put(value.string ?? "?", &out)
  case .integer, .real:
    describe(number: value, &out)
  case .bool:
    out.append(value.bool == true ? UInt8(ascii: "t") : value.bool == false ? UInt8(ascii: "f") : UInt8(ascii: "?"))
  case .null:
    out.append(value.isNull ? UInt8(ascii: "n") : UInt8(ascii: "?"))
  }
}

private func describe(number value: JSONValue, _ out: inout [UInt8]) {
  if let integer = value.integer {
    out.append(UInt8(ascii: "i"))
    put(UInt64(bitPattern: integer), 8, &out)
    return
  }
  let isInteger = value.kind == .integer
  guard let number = value.number else {
    out.append(UInt8(ascii: isInteger ? "X" : "x"))
    return
  }
  out.append(UInt8(ascii: isInteger ? "I" : "d"))
  put(number.bitPattern, 8, &out)
}

@_cdecl("json_probe_describe")
public func jsonProbeDescribe(
  _ handle: UnsafeMutableRawPointer, _ count: UnsafeMutablePointer<Int>
) -> UnsafePointer<UInt8>? {
  let probe = probe(handle)
  var out: [UInt8] = []
  if let root = probe.document?.root { describe(root, &out) }
  return lend(probe, out, count)
}

@_cdecl("json_probe_member")
public func jsonProbeMember(
  _ handle: UnsafeMutableRawPointer, _ name: UnsafeRawPointer?, _ nameCount: Int, _ count: UnsafeMutablePointer<Int>
) -> UnsafePointer<UInt8>? {
  let probe = probe(handle)
  let name = ByteString(UnsafeRawBufferPointer(start: name, count: nameCount))
  guard let member = probe.document?.root.member(named: name) else { return nil }
  var out: [UInt8] = []
  describe(member, &out)
  return lend(probe, out, count)
}

// ---- the writer by itself -----------------------------------------------------------------------------------------------

@_cdecl("json_probe_write")
public func jsonProbeWrite(_ text: UnsafeRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
  let builder = JSONObjectBuilder()
  let text = ByteString(UnsafeRawBufferPointer(start: text, count: count))
  builder.set("text", text)
  builder.set("list", [text])
  let probe = JSONProbe(nil, ByteString(), 0)
  probe.written = builder.serialized().bytes
  return Unmanaged.passRetained(probe).toOpaque()
}

@_cdecl("json_probe_written")
public func jsonProbeWritten(
  _ handle: UnsafeMutableRawPointer, _ count: UnsafeMutablePointer<Int>
) -> UnsafePointer<UInt8>? {
  let probe = probe(handle)
  return lend(probe, probe.written, count)
}

// ---- what a token costs -------------------------------------------------------------------------------------------------

/// Reads a token's header and its claims and looks ten members up, as a verification does. The number of those found, and
/// of the members of a list of scopes.
@_cdecl("json_probe_token")
public func jsonProbeToken(
  _ header: UnsafeRawPointer?, _ headerCount: Int, _ claims: UnsafeRawPointer?, _ claimsCount: Int
) -> Int {
  do throws(JSONError) {
    let header = try JSONDocument.parse(UnsafeRawBufferPointer(start: header, count: headerCount))
    let claims = try JSONDocument.parse(UnsafeRawBufferPointer(start: claims, count: claimsCount))
    return lookUps(header.root, claims.root)
  } catch {
    return -1
  }
}

private func lookUps(_ header: JSONValue, _ claims: JSONValue) -> Int {
  var found = 0
  if header.member("alg")?.text != nil { found += 1 }
  if header.member("kid")?.text != nil { found += 1 }
  if header.member("crit") != nil { found += 1 }
  if claims.member("iss")?.text != nil { found += 1 }
  if claims.member("aud")?.text != nil { found += 1 }
  if claims.member("sub")?.text != nil { found += 1 }
  if claims.member("exp")?.number != nil { found += 1 }
  if claims.member("nbf")?.number != nil { found += 1 }
  if claims.member("client_id")?.text != nil { found += 1 }
  guard let scope = claims.member("scope") else { return found }
  if let list = scope.texts { return found + list.count }
  return scope.text == nil ? found : found + 1
}

/// Reads one text and lets go of it. 1 when it was accepted.
@_cdecl("json_probe_read")
public func jsonProbeRead(_ text: UnsafeRawPointer?, _ count: Int, _ maxDepth: Int, _ maxValues: Int) -> Int {
  read(UnsafeRawBufferPointer(start: text, count: count), maxDepth, maxValues).status == 0 ? 1 : 0
}
