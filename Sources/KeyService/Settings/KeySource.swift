import JOSE
import Support

/// Where an issuer's keys come from.
public enum KeySource: Sendable {
  /// Given once and for all: JWKS JSON, PEM, secrets. Nothing is ever fetched.
  case keySet(KeySet)
  /// A JWK Set at this URL, which may be on another host than the issuer.
  case jwksURI(HTTPURL)
  /// The jwks_uri of this metadata (JSON text, RFC 8414).
  case metadata(ByteString)
  /// The jwks_uri of the metadata at this URL.
  case metadataURL(HTTPURL)
  /// The jwks_uri of the metadata at one of the issuer's well-known URLs.
  case discovery
}
