import CMCPAuth
import KeyService
import ResourceServer
import Support

/// What is behind an `mcpauth_buffer`: where a callback puts text. Used by one callback on one thread.
final class BufferObject {
  private(set) var content = ByteString()
  private(set) var isTooLong = false
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func append(_ piece: UnsafeRawBufferPointer) -> Bool {
    guard !isTooLong, piece.count <= limit - content.count else {
      isTooLong = true
      return false
    }
    content.bytes.append(contentsOf: piece)
    return true
  }
}

@implementation @c
public func mcpauth_buffer_append(
  _ buffer: OpaquePointer!, _ data: UnsafePointer<CChar>!, _ len: Int
) -> mcpauth_result {
  guard let buffer = object(buffer, as: BufferObject.self), let piece = bytesArgument(data, len) else {
    return ResultCode.nullParameter.rawValue
  }
  return (buffer.append(piece) ? ResultCode.ok : .invalidArgument).rawValue
}

/// The host's hook for metadata.
private final class HostTransform: MetadataTransform, @unchecked Sendable {
  private static let longest = 1 << 20

  private let function: mcpauth_metadata_transform_fn
  private let data: HostData

  init(_ function: @escaping mcpauth_metadata_transform_fn, _ data: HostData) {
    self.function = function
    self.data = data
  }

  func transform(_ json: ByteString) throws(AuthError) -> ByteString {
    let buffer = BufferObject(limit: Self.longest)
    // C may rely on a NUL behind it.
    let returned = (json.bytes + [0]).withUnsafeBytesTyped { text in
      function(data.pointer, text.bindMemory(to: CChar.self).baseAddress, json.count, borrowed(buffer))
    }
    guard returned == ResultCode.ok.rawValue, !buffer.isTooLong else {
      let why: Diagnostic = buffer.isTooLong ? "gave more than 1 MiB" : "returned \(returned)"
      throw AuthError(.metadataInvalid, "the host's metadata transform \(why)")
    }
    return withExtendedLifetime(buffer) { buffer.content }
  }
}

@implementation @c
public func mcpauth_issuer_set_metadata_transform(
  _ issuer: OpaquePointer!, _ fn: mcpauth_metadata_transform_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configureIssuer(issuer) { (issuer) throws(AuthError) in
    guard let fn else { throw AuthError(.nullParameter, "the metadata transform is NULL") }
    issuer.setMetadataTransform(HostTransform(fn, HostData(userdata, destroy)))
  }
}
