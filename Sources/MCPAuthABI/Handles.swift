import CMCPAuth
import Support

// How C holds Swift objects: a handle is the address of an object with one reference taken for the caller. Everything
// that touches reference counts is in this file.

/// Gives `object` to the caller, who releases it once.
func retained<Object: AnyObject>(_ object: Object) -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

/// `object` for the caller to borrow: something else keeps it alive.
func borrowed<Object: AnyObject>(_ object: Object) -> OpaquePointer {
  OpaquePointer(Unmanaged.passUnretained(object).toOpaque())
}

/// The object behind a handle; nil for NULL.
func object<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) -> Object? {
  guard let handle else { return nil }
  return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Runs `body` with the object behind a handle, without counting a reference to it: the caller has one, and it is on a
/// path where all threads would count in one place. nil for NULL.
func borrow<Object: AnyObject, Result>(
  _ handle: OpaquePointer?, as type: Object.Type, _ body: (Object) -> Result
) -> Result? {
  guard let handle else { return nil }
  return Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle))._withUnsafeGuaranteedRef(body)
}

/// Takes the caller's reference back. NULL is allowed.
func release<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) {
  guard let handle else { return }
  Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release()
}

/// The object behind a handle that was given away by `retained`, with the reference.
func taken<Object: AnyObject>(_ handle: OpaquePointer, as type: Object.Type) -> Object {
  Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeRetainedValue()
}

/// One more reference to what `handle` holds.
func retain<Object: AnyObject>(
  _ handle: OpaquePointer?, as type: Object.Type, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> mcpauth_result {
  out?.pointee = nil
  guard let object = object(handle, as: type), let out else { return ResultCode.nullParameter.rawValue }
  out.pointee = retained(object)
  return ResultCode.ok.rawValue
}
