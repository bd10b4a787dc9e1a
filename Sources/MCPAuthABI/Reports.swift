import CMCPAuth
import KeyService
import Support

/// What is behind an `mcpauth_report`.
private final class ReportObject: Sendable {
  let check: IssuerCheck
  private let arena: TextArena
  private let metadataURLSlot, jwksURISlot: TextArena.Slot
  private let messageSlots: [TextArena.Slot]

  init(_ check: IssuerCheck) {
    var builder = TextArena.Builder()
    self.check = check
    metadataURLSlot = builder.add(check.metadataURL ?? "")
    jwksURISlot = builder.add(check.jwksURI ?? "")
    messageSlots = check.findings.map { builder.add(ByteString($0.message)) }
    arena = TextArena(builder)
  }

  var metadataURL: UnsafeRawBufferPointer { arena.text(metadataURLSlot) }
  var jwksURI: UnsafeRawBufferPointer { arena.text(jwksURISlot) }

  func finding(_ index: Int) -> MetadataFinding? {
    check.findings.indices.contains(index) ? check.findings[index] : nil
  }

  func message(_ index: Int) -> UnsafeRawBufferPointer? {
    messageSlots.indices.contains(index) ? arena.text(messageSlots[index]) : nil
  }
}

@implementation @c
public func mcpauth_issuer_check(
  _ issuer: OpaquePointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!, _ err: UnsafeMutablePointer<OpaquePointer?>!
) -> mcpauth_result {
  out?.pointee = nil
  err?.pointee = nil
  do throws(AuthError) {
    guard let issuer = object(issuer, as: IssuerObject.self) else { throw AuthError(.nullParameter, "issuer is NULL") }
    guard let out else { throw AuthError(.nullParameter, "out is NULL") }
    let (settings, fetcher) = try issuer.settings()
    out.pointee = retained(ReportObject(IssuerCheck.run(settings, fetcher: fetcher ?? curlFetcher)))
    return ResultCode.ok.rawValue
  } catch {
    return report(error, err)
  }
}

@implementation @c
public func mcpauth_report_metadata_url(_ report: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(report, as: ReportObject.self)?.metadataURL)
}

@implementation @c
public func mcpauth_report_jwks_uri(_ report: OpaquePointer!) -> mcpauth_str {
  borrowedText(object(report, as: ReportObject.self)?.jwksURI)
}

@implementation @c
public func mcpauth_report_key_count(_ report: OpaquePointer!) -> Int {
  object(report, as: ReportObject.self)?.check.usableKeys ?? 0
}

@implementation @c
public func mcpauth_report_finding_count(_ report: OpaquePointer!) -> Int {
  object(report, as: ReportObject.self)?.check.findings.count ?? 0
}

@implementation @c
public func mcpauth_report_finding_code(_ report: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(report, as: ReportObject.self)?.finding(index)?.code.name ?? "")
}

@implementation @c
public func mcpauth_report_finding_message(_ report: OpaquePointer!, _ index: Int) -> mcpauth_str {
  borrowedText(object(report, as: ReportObject.self)?.message(index))
}

@implementation @c
public func mcpauth_report_finding_is_error(_ report: OpaquePointer!, _ index: Int) -> Bool {
  object(report, as: ReportObject.self)?.finding(index)?.severity == .error
}

@implementation @c
public func mcpauth_report_finding_is_outage(_ report: OpaquePointer!, _ index: Int) -> Bool {
  object(report, as: ReportObject.self)?.finding(index)?.isOutage ?? false
}

@implementation @c
public func mcpauth_report_free(_ report: OpaquePointer!) { release(report, as: ReportObject.self) }
