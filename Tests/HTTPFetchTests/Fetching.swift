import Foundation
import HTTPFetch
import KeyService
import Support

let fetcher = CurlFetcher(userAgent: "libmcpauth/0.0.0-test")

/// What a fetch gave, as a value that tests can look at.
enum Outcome {
  case response(FetchResponse)
  case error(FetchError)

  var response: FetchResponse? {
    if case .response(let response) = self { return response }
    return nil
  }
  var error: FetchError? {
    if case .error(let error) = self { return error }
    return nil
  }
}

func fetch(
  _ url: String, etag: ByteString? = nil, loopback: Bool = true, http: HTTPReach? = nil,
  cancellation: Cancellation = Cancellation(),
  _ adjust: (inout TransportSettings) -> Void = { _ in }
) throws -> Outcome {
  var transport = TransportSettings()
  transport.proxy = .none
  // Far more than an answer takes, on whatever machine: a test of a limit sets its own.
  transport.totalTimeout = 60_000
  transport.connectTimeout = 60_000
  adjust(&transport)
  let request = FetchRequest(
    url: try HTTPURL(ByteString(url), what: "url"), accept: "application/jwk-set+json, application/json",
    ifNoneMatch: etag, http: http ?? (loopback ? .onLoopback : .nowhere), transport: transport,
    cancellation: cancellation)
  do throws(FetchError) {
    return .response(try fetcher.fetch(request))
  } catch {
    return .error(error)
  }
}

/// A URL on the fault server.
func local(_ path: String) throws -> String { "http://127.0.0.1:\(try FaultServer.shared.get().port("http"))\(path)" }

func secure(_ name: String, host: String = "localhost") throws -> String {
  "https://\(host):\(try FaultServer.shared.get().port(name))/ok"
}

/// How often the server was asked for `path`.
func requests(for path: String) throws -> Int {
  guard let body = try fetch(try local("/count")).response?.body else { throw Broken("the fault server is gone") }
  return try JSONDecoder().decode([String: Int].self, from: Data(body.bytes))[path] ?? 0
}
