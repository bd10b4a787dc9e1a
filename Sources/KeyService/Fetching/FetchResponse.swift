import Support

/// What a server answered: any status, redirects included.
public final class FetchResponse: Sendable {
  /// One header field; `name` is in lower case.
  public struct Field: Sendable {
    public let name: ByteString
    public let value: ByteString

    public init(name: ByteString, value: ByteString) {
      self.name = name
      self.value = value
    }
  }

  public let status: Int
  public let fields: [Field]
  public let body: ByteString

  public init(status: Int, fields: [Field] = [], body: ByteString = ByteString()) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// The field's value; several fields of one name are joined by ", " (RFC 9110 section 5.3). `name` in lower case.
  public func field(_ name: StaticString) -> ByteString? {
    var joined: ByteString?
    for field in fields where field.name == name {
      joined = joined.map { $0 + ", " + field.value } ?? field.value
    }
    return joined
  }
}
