import KeyService
import Support

/// The `Fetcher` over libcurl. One serves any number of issuers and threads; it keeps no connection and no state.
public final class CurlFetcher: Fetcher {
  private let userAgent: ByteString

  /// `userAgent` is the User-Agent header's value, such as "libmcpauth/1.2.3".
  public init(userAgent: ByteString) { self.userAgent = userAgent }

  public func prepare() { CurlLibrary.prepare() }

  public func fetch(_ request: FetchRequest) throws(FetchError) -> FetchResponse {
    if let refusal = request.refusal { throw refusal }
    try CurlLibrary.start()
    return try withoutSIGPIPE { () throws(FetchError) -> FetchResponse in
      let transfer = try CurlTransfer(request, userAgent: userAgent)
      return try transfer.run()
    }
  }
}
