/*
 * issuer_advice.h: for each code of a finding (see mcpauth_report_finding_code), what it means to MCP clients and to the
 * server, and what to do about it.
 */
#ifndef ISSUER_ADVICE_H
#define ISSUER_ADVICE_H

#include <string.h>

struct advice {
  const char *code, *meaning, *fix;
};

static const struct advice advices[] = {
    {"fetch_server_config_error",
     "The metadata cannot be had: neither clients nor the server find out where to log in and where the keys are.",
     "See that the issuer is spelled as the provider spells it, and that this machine reaches it (--proxy, --ca-file). "
     "Where the metadata is at another URL, give that as --metadata-url."},
    {"fetch_jwks_error", "The keys cannot be had: a server that does not have them yet answers 503.",
     "See that the key set's URL is reachable from this machine and holds a signing key."},
    {"invalid_server_metadata", "The metadata is not what RFC 8414 says, so that clients may not understand it.",
     "Have the provider publish what is missing or wrong. A server can go on with mcpauth_issuer_set_jwks_uri or "
     "mcpauth_issuer_set_metadata_transform; clients read the metadata themselves."},
    {"issuer_mismatch", "The metadata is another issuer's: its tokens would be refused.",
     "Configure the issuer as the metadata names it, if the tokens' iss says the same. If they say what you gave, the "
     "server needs mcpauth_issuer_set_metadata_issuer (here --metadata-issuer)."},
    {"missing_jwks_uri", "Nothing says where the keys are: no token can be verified.",
     "Give the key set's URL: --jwks-uri here, mcpauth_issuer_set_jwks_uri in the server."},
    {"code_response_type_not_supported", "MCP clients log in by the authorization code flow, which is not offered.",
     "Turn on the authorization code flow at the provider."},
    {"authorization_code_grant_not_supported", "A client cannot get a token for its authorization code.",
     "Turn on the grant type authorization_code at the provider."},
    {"pkce_not_supported", "MCP clients refuse to log in where PKCE is not said to be supported.",
     "Turn on PKCE (RFC 7636) with S256. Some providers have it and do not say so: then have them publish "
     "code_challenge_methods_supported."},
    {"s256_code_challenge_method_not_supported", "MCP clients use PKCE with S256 only.",
     "Turn on the code challenge method S256 at the provider."},
    {"client_id_metadata_document_not_supported",
     "MCP clients of 2026 identify themselves by a document at a URL of theirs, which this server does not take.",
     "Turn client ID metadata documents on at the provider, or dynamic registration (RFC 7591) for clients that still use "
     "it; otherwise register each client by hand."},
    {"public_clients_not_supported", "A client on somebody's machine has no secret, and gets no token.",
     "Allow the authentication method none at the token endpoint, for public clients with PKCE."},
    {"authorization_response_iss_not_supported",
     "A client that uses several authorization servers cannot tell which one an answer came from.",
     "Turn on the parameter iss of authorization responses (RFC 9207) at the provider, or update it."},
    {"refresh_token_not_supported", "People have to log in again whenever a token expires.",
     "Turn on the grant type refresh_token at the provider, with rotation for public clients."},
    {"offline_access_not_supported", "Clients do not ask for a refresh token, and may not be given one.",
     "Offer the scope offline_access at the provider, unless it gives refresh tokens without being asked."},
    {"issuer_slash", "The two names differ in the slash at the end: clients compare them byte for byte.",
     "Configure the issuer as the metadata names it, or have the server call mcpauth_verifier_prefetch before it listens."},
    {"opaque_tokens", "There are no keys: only the server itself knows what a token is worth.",
     "Introspect the tokens at the introspection_endpoint (RFC 7662): a custom verifier can do that."},
    {"unusable_key", "Tokens signed with this key are refused, all others are not.",
     "Nothing, if it is an encryption key or one that is not used. Otherwise have the provider replace it."},
    {"ambiguous_key",
     "Two keys have one kid, and nothing says which of them a token means: all such tokens are refused.",
     "Have the provider give each key a kid of its own."},
};

/* NULL for a code of a newer library. */
static const struct advice *advice_on(const char *code) {
  for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
    if (strcmp(advices[i].code, code) == 0) return &advices[i];
  }
  return NULL;
}

#endif
