import CMCPAuth
import ResourceServer
import Support

/// The host's check of operations.
final class HostCheck: HostOperationCheck, @unchecked Sendable {
  private let function: mcpauth_operation_fn
  private let data: HostData

  init(_ function: @escaping mcpauth_operation_fn, _ data: HostData) {
    self.function = function
    self.data = data
  }

  func check(_ info: AuthInfo, _ call: OperationCall, _ needed: NeededScopes) -> UInt32 {
    // In memory of its own, with a NUL behind each text.
    var texts = TextArena.Builder()
    let slots = (texts.add(call.method), texts.add(call.name), texts.add(call.params))
    let copy = TextArena(texts)
    return withExtendedLifetime((info, needed, copy)) {
      function(
        data.pointer, borrowed(info), borrowedText(copy.text(slots.0)), borrowedText(copy.text(slots.1)),
        borrowedText(copy.text(slots.2)), borrowed(needed))
    }
  }
}

@implementation @c
public func mcpauth_config_set_operation_check(
  _ config: OpaquePointer!, _ fn: mcpauth_operation_fn!, _ userdata: UnsafeMutableRawPointer!,
  _ destroy: mcpauth_destroy_fn!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    guard let fn else { throw AuthError(.nullParameter, "the operation check is NULL") }
    configuration.setOperationCheck(HostCheck(fn, HostData(userdata, destroy)))
  }
}

@implementation @c
public func mcpauth_scope_list_add(_ list: OpaquePointer!, _ scope: UnsafePointer<CChar>!) -> mcpauth_result {
  guard let list = object(list, as: NeededScopes.self) else { return ResultCode.nullParameter.rawValue }
  do throws(AuthError) {
    try list.add(try textArgument(scope, "scope"))
    return ResultCode.ok.rawValue
  } catch {
    list.fail(error)
    return error.result.rawValue
  }
}

@implementation @c
public func mcpauth_config_add_parameter_header(
  _ config: OpaquePointer!, _ tool: UnsafePointer<CChar>!, _ parameter: UnsafePointer<CChar>!,
  _ header: UnsafePointer<CChar>!
) -> mcpauth_result {
  configure(config) { (configuration) throws(AuthError) in
    try configuration.addParameterHeader(
      tool: try textArgument(tool, "tool"), parameter: try textArgument(parameter, "parameter"),
      header: try textArgument(header, "header name"))
  }
}
