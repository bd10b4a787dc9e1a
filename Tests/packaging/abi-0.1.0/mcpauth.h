/*
 * mcpauth.h: authenticate the requests of an MCP server.
 *
 * An MCP server is an OAuth 2.1 resource server: it verifies the bearer token of every request, answers the ones it
 * refuses with the right 401 or 403 challenge, and publishes its metadata. This library does all three.
 *
 * Ownership. What a `_new` call, a `_retain` call or a `T **out` parameter gives belongs to the caller and is given
 * back once to `_free`; `_free(NULL)` does nothing. A returned pointer or mcpauth_str is borrowed from the handle it
 * came from and lives as long as that handle.
 *
 * Outputs. They come last and are written on every path: the result on success, NULL or 0 otherwise.
 *
 * Errors. A call that can fail returns an mcpauth_result. Nothing is printed and errno means nothing. NULL where a
 * handle or a text is needed gives MCPAUTH_ERR_NULL_PARAMETER, or an empty value from a getter.
 *
 * Threads. A call on a const handle may run on any number of threads at once; a thread that uses a verifier or an
 * authinfo holds its own reference. Calls on a handle that is not const need one thread at a time.
 *
 * Memory. MCPAUTH_ERR_NO_MEMORY is what OpenSSL, curl and jansson report; where the library itself cannot allocate,
 * the process ends.
 */
#ifndef MCPAUTH_H
#define MCPAUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MCPAUTH_VERSION_MAJOR 0
#define MCPAUTH_VERSION_MINOR 1
#define MCPAUTH_VERSION_PATCH 0

#if defined(__GNUC__) || defined(__clang__)
#define MCPAUTH_MUST_CHECK __attribute__((warn_unused_result))
#else
#define MCPAUTH_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- types ------------------------------------------------------------------------------------------------------ */

typedef struct mcpauth_config   mcpauth_config;   /* what a verifier is made from: mutable, one thread at a time */
typedef struct mcpauth_issuer   mcpauth_issuer;   /* one authorization server of a config: borrowed from it      */
typedef struct mcpauth_verifier mcpauth_verifier; /* immutable, any thread                                       */
typedef struct mcpauth_authinfo mcpauth_authinfo; /* who the caller is: immutable, any thread                    */
typedef struct mcpauth_error    mcpauth_error;    /* why not: immutable, any thread                              */
typedef struct mcpauth_response mcpauth_response; /* an HTTP response to send: immutable, any thread             */
typedef struct mcpauth_report   mcpauth_report;   /* whether an issuer works: immutable, any thread              */

/* Text with its length. What the library returns is followed by a NUL byte, and data is never NULL (empty is "", 0). */
typedef struct mcpauth_str {
  const char *data;
  size_t len;
} mcpauth_str;

/* The outcome of a call. The numbers are fixed for ever. */
typedef uint32_t mcpauth_result;

enum {
  MCPAUTH_OK = 0,
  MCPAUTH_WOULD_BLOCK = 1,

  /* the caller of this library made a mistake: HTTP 500 */
  MCPAUTH_ERR_NULL_PARAMETER = 11,
  MCPAUTH_ERR_INVALID_ARGUMENT = 12,
  MCPAUTH_ERR_INVALID_CONFIG = 13,

  /* the request: HTTP 400 or 401 */
  MCPAUTH_ERR_MISSING_AUTH_HEADER = 101,
  MCPAUTH_ERR_INVALID_AUTH_HEADER = 102,
  MCPAUTH_ERR_MISSING_BEARER_TOKEN = 103,
  MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS = 104,
  MCPAUTH_ERR_INVALID_REQUEST = 105,

  /* the token: HTTP 401, and 403 for INSUFFICIENT_SCOPE */
  MCPAUTH_ERR_TOKEN_MALFORMED = 201,
  MCPAUTH_ERR_TOKEN_ENCRYPTED = 202,
  MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED = 203,
  MCPAUTH_ERR_KEY_NOT_FOUND = 204,
  MCPAUTH_ERR_SIGNATURE_INVALID = 205,
  MCPAUTH_ERR_TOKEN_EXPIRED = 206,
  MCPAUTH_ERR_TOKEN_NOT_YET_VALID = 207,
  MCPAUTH_ERR_ISSUER_MISMATCH = 208,
  MCPAUTH_ERR_AUDIENCE_MISMATCH = 209,
  MCPAUTH_ERR_CLAIM_MISSING = 210,
  MCPAUTH_ERR_CLAIM_INVALID = 211,
  MCPAUTH_ERR_TOKEN_TYPE = 212,
  MCPAUTH_ERR_INSUFFICIENT_SCOPE = 213,
  MCPAUTH_ERR_CLIENT_NOT_ALLOWED = 214,
  MCPAUTH_ERR_TOKEN_INACTIVE = 215,
  MCPAUTH_ERR_PROOF_INVALID = 216,
  MCPAUTH_ERR_BINDING_MISMATCH = 217,
  MCPAUTH_ERR_TOKEN_REJECTED = 218,

  /* the issuer's side: HTTP 503 where it cannot be reached now, 500 where what it says is unusable */
  MCPAUTH_ERR_KEYS_UNAVAILABLE = 301,
  MCPAUTH_ERR_METADATA_UNAVAILABLE = 302,
  MCPAUTH_ERR_METADATA_INVALID = 303,
  MCPAUTH_ERR_JWKS_URI_MISSING = 304,
  MCPAUTH_ERR_INTROSPECTION_UNAVAILABLE = 305,
  MCPAUTH_ERR_CALLBACK_FAILED = 306,

  /* inside: HTTP 500 */
  MCPAUTH_ERR_NO_MEMORY = 901,
  MCPAUTH_ERR_INTERNAL = 902
};

/* ---- version and results ---------------------------------------------------------------------------------------- */

/* The library's version at run time, such as "0.1.0"; static. */
const char *mcpauth_version(void);

/* The same as a number: major << 16 | minor << 8 | patch. */
uint32_t mcpauth_version_number(void);

/* The constant's name, such as "MCPAUTH_ERR_TOKEN_EXPIRED"; static; "MCPAUTH_UNKNOWN_RESULT" for any other number. */
const char *mcpauth_result_name(mcpauth_result result);

/* One English sentence about the constant; static. */
const char *mcpauth_result_description(mcpauth_result result);

/* ---- errors ----------------------------------------------------------------------------------------------------- */

/* The result the failed call returned; MCPAUTH_ERR_NULL_PARAMETER for NULL, never MCPAUTH_OK. */
mcpauth_result mcpauth_error_result(const mcpauth_error *err);

/* The error's name in a response body, such as "invalid_issuer". It may be shown to clients. */
mcpauth_str mcpauth_error_code(const mcpauth_error *err);

/* For the developer and the operator, not for the client: what is wrong and how to mend it. ASCII, no secret, no token. */
mcpauth_str mcpauth_error_message(const mcpauth_error *err);

/* The HTTP status that answers this error: 400, 401, 403, 500 or 503. 500 for NULL. */
int mcpauth_error_http_status(const mcpauth_error *err);

void mcpauth_error_free(mcpauth_error *err);

/* ---- configuration ---------------------------------------------------------------------------------------------- */

/*
 * A configuration for one protected resource.
 *
 * resource  this server's identifier (RFC 8707, RFC 9728): its public URL, https, or http on a loopback host (127.0.0.1,
 *           [::1], localhost); at most 2048 bytes; no user, query or fragment. It is the audience that tokens must name,
 *           unless others are added.
 * out       the new configuration. A bad resource still gives one, whose error says why, and no verifier is ever made
 *           from it.
 *
 * A setter that fails leaves the configuration unusable: the first failure is kept, mcpauth_config_error shows it and
 * mcpauth_verifier_new returns it. So a chain of setters whose results nobody read never ends in a weaker verifier.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_new(const char *resource, mcpauth_config **out);

void mcpauth_config_free(mcpauth_config *config);

/* The first failure of a setter on this configuration or one of its issuers, or NULL. Borrowed from the config. */
const mcpauth_error *mcpauth_config_error(const mcpauth_config *config);

/*
 * Trusts an authorization server. Its tokens' iss must be this text byte for byte (RFC 9068 section 4, RFC 8414
 * section 3.3).
 *
 * issuer  its issuer identifier: an https URL without user, query or fragment, at most 2048 bytes. An http URL is
 *         accepted too, because a few products put one in their tokens; nothing is fetched over http unless
 *         mcpauth_issuer_allow_http_on_loopback says so. Adding the same issuer twice fails.
 * out     where its keys and algorithms can be set; borrowed from the config; may be NULL. Without such a setting its
 *         metadata is discovered over https at first use (RFC 8414, OpenID Connect Discovery).
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_issuer(mcpauth_config *config, const char *issuer,
                                                            mcpauth_issuer **out);

/*
 * Accepts tokens for this audience (RFC 7519 section 4.1.3): one of the token's aud must be this text byte for byte.
 * Once one is added, the resource itself is accepted only if it is added too. Up to 100; duplicates fail, and so does
 * `account`, which Keycloak puts into every token of a realm.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_audience(mcpauth_config *config, const char *audience);

/*
 * Takes `https://host` and `https://host/` for the same audience, as RFC 3986 section 6.2.3 does. With a path, a trailing
 * slash still makes another audience.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_ignore_root_slash(mcpauth_config *config);

/*
 * Accepts only tokens issued to this client (client_id, else azp, appid, cid), or to another one added so. A condition
 * beside the audience. Up to 1000.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_allowed_client(mcpauth_config *config, const char *client_id);

/*
 * Accepts tokens without any aud, such as Amazon Cognito's access tokens; a token that has one is still judged by it. The
 * allowed clients then are what tells our tokens from those of other services of the same issuer: without one,
 * mcpauth_verifier_new fails.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_dangerous_allow_missing_audience(mcpauth_config *config);

/*
 * Accepts only tokens whose claim at path has this value, such as "token_use", "access". A string is compared byte for
 * byte, a number or boolean by its JSON text, and an array has to hold such a member. A second value for the same path is
 * an alternative. Up to 100 paths. For path see mcpauth_authinfo_claim_type.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_required_claim(mcpauth_config *config, const char *path,
                                                                    const char *value);

/* Every token must carry this scope (RFC 6749 section 3.3); all of those added are required. Up to 1000. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_required_scope(mcpauth_config *config, const char *scope);

/*
 * Takes scopes also from the claim at path, beside scope, scp and scopes: "permissions" (Auth0), "realm_access.roles",
 * "resource_access.{client}.roles" (Keycloak). A string of words or an array of strings. Up to 100. For path see
 * mcpauth_authinfo_claim_type.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_scope_claim(mcpauth_config *config, const char *path);

/* Whoever has scope also has implied, and what that implies in turn. Up to 1000. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_scope_implication(mcpauth_config *config, const char *scope,
                                                                       const char *implied);

/*
 * Calling this tool needs this scope, beside the required ones; several calls for one tool add up. mcpauth_authorize then
 * reads the request's body, and answers a missing scope with 403 and all scopes the request needs. Once a scope of any
 * operation is set, a request whose body cannot be read is refused with MCPAUTH_ERR_INVALID_REQUEST (400): it is larger
 * than 4 MiB, nested deeper than 512 or of more than 100,000 values, is not strict JSON, or spells a name so that parsers
 * differ on it ("Method", a NUL). Names are compared byte for byte. Up to 10,000 in all.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_tool_scope(mcpauth_config *config, const char *tool,
                                                                const char *scope);
/* The same for getting a prompt. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_prompt_scope(mcpauth_config *config, const char *prompt,
                                                                  const char *scope);
/* The same for reading a resource, subscribing to it and unsubscribing, by its exact URI. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_resource_scope(mcpauth_config *config, const char *uri,
                                                                    const char *scope);
/* The same for a JSON-RPC method, such as "tools/call", whatever it names. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_method_scope(mcpauth_config *config, const char *method,
                                                                  const char *scope);

/*
 * How clients have to ask for a scope, where that is not its name in the token: Entra ID wants "api://app-id/read" and
 * issues "read". Used in challenges and in the metadata.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_scope_request_name(mcpauth_config *config, const char *scope,
                                                                        const char *request_name);

/*
 * Publishes this scope in scopes_supported of the metadata. Once one is added, only those added are published; otherwise
 * the required scopes and those of the operations are.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_add_advertised_scope(mcpauth_config *config, const char *scope);

/*
 * Adds members to the protected resource metadata (RFC 9728 section 2): a JSON object with resource_name,
 * resource_documentation, resource_policy_uri, resource_tos_uri, jwks_uri, resource_signing_alg_values_supported,
 * authorization_details_types_supported, signed_metadata, or members of other specifications. What other calls set
 * cannot be set here. A second call replaces the first.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_resource_metadata_json(mcpauth_config *config, const char *json,
                                                                            size_t len);

/* Answers for the metadata at "/.well-known/oauth-protected-resource" too, though the resource has a path. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_serve_metadata_at_root(mcpauth_config *config);

/*
 * Serves an authorization server's metadata (RFC 8414) at "/.well-known/oauth-authorization-server", for clients of MCP
 * revision 2025-03-26, which look for it at the resource. Its issuer has to be one that was added.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_serve_authorization_server_metadata_json(mcpauth_config *config,
                                                                                          const char *json,
                                                                                          size_t len);

/* How far clocks may differ when exp, nbf and iat are judged. 60 unless set; at most 300. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_leeway_seconds(mcpauth_config *config, uint32_t seconds);

/*
 * Adds a `cause` member to the body of 400, 401 and 403 responses, which tells the client why. Off unless set: meant
 * for development, as it describes the configuration to whoever asks.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_show_error_details(mcpauth_config *config, bool show);

/*
 * Accepts tokens that were issued for any other resource, or for none. Any service that ever receives such a token can
 * then use it here. MCP forbids this (authorization, token audience binding).
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_dangerous_disable_audience_check(mcpauth_config *config);

/*
 * Accepts tokens without exp, which stay good for ever if they leak. A token that has one is judged by it all the same.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_dangerous_allow_missing_expiry(mcpauth_config *config);

/* Accepts tokens without sub, such as Keycloak's lightweight ones: their callers cannot be told apart by subject. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_dangerous_allow_missing_subject(mcpauth_config *config);

/*
 * Accepts whatever the issuer signs, ID tokens and logout tokens included. Unless called, a token's typ has to be absent,
 * JWT, at+jwt or application/at+jwt, and ID tokens are refused by their claims (RFC 8725 section 3.11).
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_dangerous_disable_token_type_check(mcpauth_config *config);

/*
 * Accepts only access tokens of the RFC 9068 profile: typ at+jwt (or application/at+jwt), with exp, aud, sub, client_id,
 * iat and jti.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_require_rfc9068(mcpauth_config *config);

/* Refuses tokens issued (iat) longer ago than this, whatever their exp says, and those without iat. Above 0. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_max_token_age_seconds(mcpauth_config *config, uint32_t seconds);

/*
 * The token cache: tokens that were verified are known again, which makes the next request with the same token a
 * hundred times cheaper. A verifier has one of 1000 entries, 8 MiB and 300 seconds unless set; 0 entries: none.
 *
 * Only accepted tokens are kept, each under all of its bytes, and only for as long as verifying it again would say the
 * same: until exp, while the issuer's key set stays the same, and never longer than max_age_seconds. The clock is asked
 * at each use. What a custom verifier accepts is never kept. When there is no room, tokens that were used once go before
 * those that clients come back with. An entry of a token of 900 bytes takes some 5 KiB, plus 136 bytes for each processor
 * beyond the second, up to 16; max_bytes counts all of it, rather too much than too little.
 *
 * max_entries is at most 1000000; max_bytes and max_age_seconds are above 0.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_token_cache(mcpauth_config *config, size_t max_entries,
                                                                 size_t max_bytes, uint32_t max_age_seconds);

/*
 * Seconds since 1970, UTC. May run on several threads at once. 0 or less means that the time is not known: nothing is
 * accepted then (MCPAUTH_ERR_INTERNAL).
 */
typedef int64_t (*mcpauth_clock_fn)(void *userdata);

/* Runs exactly once, after the last object that needs userdata is gone, and never if the call that took it failed. */
typedef void (*mcpauth_destroy_fn)(void *userdata);

/*
 * Takes the time for exp, nbf and iat from fn instead of the system. Durations (timeouts, cooldowns) never use it.
 * destroy may be NULL. A second call replaces the first.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_clock(mcpauth_config *config, mcpauth_clock_fn fn, void *userdata,
                                                           mcpauth_destroy_fn destroy);

/* ---- an issuer's keys ------------------------------------------------------------------------------------------- */

/*
 * At most one of jwks_uri, jwks_json, jwks_file, metadata_json and metadata_url; PEM keys and secrets can be combined with
 * each other and with jwks_json or jwks_file.
 * With none of them, the issuer's metadata is looked for where RFC 8414 and OpenID Connect Discovery put it, and its keys
 * where the metadata says, when first needed.
 *
 * Keys that are fetched are kept for as long as the answer's Cache-Control or Expires says, within bounds, and refreshed
 * in the background before that ends. While a refresh fails, the keys at hand go on being used, within a bound. A token
 * whose key is at hand never waits. All verifiers of one process with the same settings of an issuer share its keys.
 */

/* Fetches the key set (RFC 7517) from this https URL, which may be on another host than the issuer. No discovery. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_jwks_uri(mcpauth_issuer *issuer, const char *uri);

/*
 * Takes the key set (RFC 7517) from json, at most 1 MiB. Keys that cannot be used (unknown type, encryption keys, weak
 * keys) are skipped; none left is an error that says why each was skipped.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_jwks_json(mcpauth_issuer *issuer, const char *json, size_t len);

/* The same from a file, which is read now and not again. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_jwks_file(mcpauth_issuer *issuer, const char *path);

/*
 * Why keys of the set given by mcpauth_issuer_set_jwks_json or _jwks_file were skipped, for the operator; empty: none was.
 * Valid until the next call on the issuer.
 */
mcpauth_str mcpauth_issuer_skipped_keys(const mcpauth_issuer *issuer);

/* Takes the issuer's metadata (RFC 8414) from json, at most 1 MiB, and fetches its keys from the jwks_uri in it. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_metadata_json(mcpauth_issuer *issuer, const char *json, size_t len);

/* Fetches the issuer's metadata from this https URL instead of the well-known ones. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_metadata_url(mcpauth_issuer *issuer, const char *url);

/*
 * What `issuer` in the metadata has to be, byte for byte, where a provider does not publish the identifier that its tokens
 * carry (RFC 8414 section 3.3 asks it to). Unless set: the issuer, or its first tenant template.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_metadata_issuer(mcpauth_issuer *issuer,
                                                                     const char *metadata_issuer);

/* Where a callback puts text; valid during the callback only. */
typedef struct mcpauth_buffer mcpauth_buffer;

/* Copies a piece of text to the end. MCPAUTH_ERR_INVALID_ARGUMENT when there is too much of it (1 MiB in all). */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_buffer_append(mcpauth_buffer *buffer, const char *data, size_t len);

/*
 * Makes usable metadata out of what a provider publishes: json is the document as it was fetched, followed by a NUL; what
 * is appended to out takes its place. MCPAUTH_OK; anything else makes the metadata MCPAUTH_ERR_METADATA_INVALID. Runs on
 * a thread of the library.
 */
typedef mcpauth_result (*mcpauth_metadata_transform_fn)(void *userdata, const char *json, size_t len,
                                                        mcpauth_buffer *out);

/* Passes fetched metadata through fn before it is judged. destroy may be NULL and may run on a thread of the library. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_metadata_transform(mcpauth_issuer *issuer,
                                                                        mcpauth_metadata_transform_fn fn,
                                                                        void *userdata, mcpauth_destroy_fn destroy);

/*
 * Adds a public key: PEM of a SubjectPublicKeyInfo ("BEGIN PUBLIC KEY") or of an X.509 certificate, whose key is used
 * and whose signature and dates are not judged. A private key is refused.
 * kid  the key's identifier, when tokens carry one; at most 256 bytes; NULL: the key fits tokens with any kid or none,
 *      as long as one usable key only does.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_add_public_key_pem(mcpauth_issuer *issuer, const char *pem, size_t len,
                                                                    const char *kid);

/*
 * Adds a secret shared with the issuer, for one HMAC algorithm (RFC 7518 section 3.2): "HS256", "HS384" or "HS512", with
 * at least 32, 48 or 64 bytes. The only way to accept HMAC: whoever can verify such tokens can also make them.
 * kid  as for mcpauth_issuer_add_public_key_pem.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_add_shared_secret(mcpauth_issuer *issuer, const char *secret,
                                                                   size_t len, const char *algorithm, const char *kid);

/*
 * Accepts only these signature algorithms (RFC 7518, RFC 8037, RFC 8812, RFC 9864), such as "RS256 ES256". Unless set, the
 * asymmetric ones: RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA Ed25519 Ed448, and the algorithms
 * of shared secrets. Each name stands for itself only. "none" cannot be allowed.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_algorithms(mcpauth_issuer *issuer, const char *space_separated);

/* Fetches this issuer's metadata and keys over http too, from a loopback host only. For development and tests. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_allow_http_on_loopback(mcpauth_issuer *issuer);

/* ---- an issuer's names ------------------------------------------------------------------------------------------ */

/*
 * Accepts tokens with this iss too, verified with this issuer's keys: for a provider that signs under several names, such
 * as Entra ID with its v1 and v2 tokens. An http or https URL; up to 100; one name belongs to one issuer only.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_add_alias(mcpauth_issuer *issuer, const char *alias);

/*
 * A trailing slash does not count: "https://auth.example.com" and "https://auth.example.com/" are the same issuer, in
 * tokens and in metadata. For when nobody can tell which one the provider writes. The keys stay those of the configured
 * issuer, so it accepts no more than an alias of that spelling would.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_ignore_trailing_slash(mcpauth_issuer *issuer);

/*
 * For providers with a name for each tenant and one set of keys for all, such as Entra ID: the issuer is where the metadata
 * is (https://login.microsoftonline.com/organizations/v2.0), and a token's iss has to be a template
 * ("https://login.microsoftonline.com/{tenantid}/v2.0"; v1: "https://sts.windows.net/{tenantid}/") with one of the tenants
 * in it. Its tid claim has to be that tenant, and where a key names its issuer (a member of its JWK), it has to be for
 * that tenant or for all. The first template is the issuer that the metadata has to name.
 *
 * {tenantid} stands once, in the path; up to 4 templates.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_add_tenant_template(mcpauth_issuer *issuer,
                                                                     const char *tenant_template);

/* Accepts this tenant's tokens: a tid, letters, digits and - . _ only. There is no way to accept all. Up to 1000. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_add_tenant(mcpauth_issuer *issuer, const char *tenant);

/* ---- how an issuer's metadata and keys are fetched -------------------------------------------------------------- */

/*
 * Trusts the certificate authorities of a PEM file, or of a directory of files with hashed names (openssl rehash), for this
 * issuer's servers, instead of the system's. Both can be set. They have to be readable now. TLS is always verified.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_ca_file(mcpauth_issuer *issuer, const char *path);
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_ca_directory(mcpauth_issuer *issuer, const char *path);

/*
 * The proxy to go through: a URL of http, https, socks4, socks4a, socks5 or socks5h, which may hold a user and password;
 * "": none. Unless set, https_proxy, all_proxy and no_proxy of the environment are heard. Loopback http has none.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_proxy(mcpauth_issuer *issuer, const char *url);

/*
 * How long one HTTP request may take: 5000 unless set; 100 to 60000. All requests of a fetch (metadata and keys) may take
 * twice as long together, and no call that waits for it waits longer. (Without this call they may take 10000.)
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_fetch_timeout_ms(mcpauth_issuer *issuer, uint32_t milliseconds);

/* How long name lookup, connection and TLS handshake may take of that: 3000 unless set; 50 to 60000. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_connect_timeout_ms(mcpauth_issuer *issuer, uint32_t milliseconds);

/*
 * Tokens whose key is unknown cause at most one fetch in this time, however many there are: 30 unless set; 1 to 3600. A
 * new key of the issuer is found at once, unless somebody asked for one that does not exist just before.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_cooldown_seconds(mcpauth_issuer *issuer, uint32_t seconds);

/*
 * For how long fetched keys are fresh when the answer does not say, and at most, whatever it says: 600 and 86400 unless
 * set; 1 to 86400, and never less than the cooldown. A withdrawn key is accepted no longer than this after it was last
 * published, as long as the issuer can be reached and tokens keep coming: nothing is fetched while there are none, and
 * those that come first after a quiet time do not wait for the fetch they start.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_key_lifetime_seconds(mcpauth_issuer *issuer, uint32_t unless_stated,
                                                                          uint32_t longest);

/*
 * For how long keys are used after they were last fetched or confirmed while the issuer cannot be reached: 86400 unless
 * set; 1 to 604800, and never less than the cooldown and than they are fresh. After that its tokens are answered with
 * MCPAUTH_ERR_KEYS_UNAVAILABLE.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_set_max_stale_seconds(mcpauth_issuer *issuer, uint32_t seconds);

/* What the library wants to have fetched: one GET. Valid during the callback only. */
typedef struct mcpauth_fetch_request {
  size_t size; /* of what the library filled in */
  mcpauth_str url;
  mcpauth_str accept;        /* the Accept header's value */
  mcpauth_str if_none_match; /* the If-None-Match header's value; empty: none */
  uint32_t timeout_ms;       /* for the whole request */
  size_t max_body_bytes;
} mcpauth_fetch_request;

/* Where the callback puts the answer; valid during the callback only. */
typedef struct mcpauth_fetch_response mcpauth_fetch_response;

/*
 * Gets a document in the host's own way, in place of libcurl. May block, on a thread of the library, and runs on several
 * at once. The host is then responsible for what libcurl is told here: verify TLS, follow no redirect (hand its status
 * over), send no cookie and no credential, keep to the timeout, and return soon after
 * mcpauth_fetch_response_is_cancelled says so: freeing a verifier waits for it, 100 ms at most.
 *
 * MCPAUTH_OK: there is an answer, whatever its status; anything else, such as MCPAUTH_ERR_CALLBACK_FAILED: there is none.
 */
typedef mcpauth_result (*mcpauth_fetch_fn)(void *userdata, const mcpauth_fetch_request *request,
                                           mcpauth_fetch_response *response);

/*
 * Fetches metadata and keys of all issuers of this configuration through fn. CA files, proxies and connect timeouts are
 * the host's then; http is allowed as before. Keys are shared among the verifiers of this configuration only. destroy may
 * be NULL and may run on a thread of the library.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_fetch(mcpauth_config *config, mcpauth_fetch_fn fn, void *userdata,
                                                           mcpauth_destroy_fn destroy);

/* 100 to 599. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_fetch_response_set_status(mcpauth_fetch_response *response, int status);

/* Cache-Control, Expires, Date, Age, ETag and Location are looked at, in any letter case. Up to 100 fields of 8 KiB. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_fetch_response_add_header(mcpauth_fetch_response *response, const char *name,
                                                                    const char *value);

/* MCPAUTH_ERR_INVALID_ARGUMENT: that is more than max_body_bytes in all. The answer counts for nothing then. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_fetch_response_append_body(mcpauth_fetch_response *response, const char *data,
                                                                     size_t len);

/* Why there is no answer, for the error message and the log. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_fetch_response_set_message(mcpauth_fetch_response *response, const char *text);

/* Nobody needs the answer any more. Any thread, during the callback. */
bool mcpauth_fetch_response_is_cancelled(const mcpauth_fetch_response *response);

/* ---- whether an issuer works with MCP --------------------------------------------------------------------------- */

/*
 * Fetches what the issuer's settings say, in this thread and past all that is kept, and judges it by what this library and
 * MCP clients need. Waits for the network as long as a fetch may take. It counts as a use of the issuer's config: one
 * thread at a time. examples-c/check_issuer.c is an operator's tool made of it.
 *
 * out  the report, when the result is MCPAUTH_OK, be the issuer reachable or not; to be freed.
 * err  otherwise why the configuration cannot be used; may be NULL; to be freed.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_issuer_check(const mcpauth_issuer *issuer, mcpauth_report **out,
                                                       mcpauth_error **err);

/* Where the metadata was found; empty when it was given or not found. */
mcpauth_str mcpauth_report_metadata_url(const mcpauth_report *report);

/* Where the keys are; empty when they were given, or nothing says where. */
mcpauth_str mcpauth_report_jwks_uri(const mcpauth_report *report);

/* Keys that tokens can be verified with. */
size_t mcpauth_report_key_count(const mcpauth_report *report);

/*
 * What is wrong, each with MCP Auth's code where it has one: fetch_server_config_error, invalid_server_metadata,
 * issuer_mismatch, missing_jwks_uri, fetch_jwks_error, code_response_type_not_supported,
 * authorization_code_grant_not_supported, pkce_not_supported, s256_code_challenge_method_not_supported; and the warnings
 * dynamic_registration_not_supported and unusable_key.
 */
size_t mcpauth_report_finding_count(const mcpauth_report *report);
mcpauth_str mcpauth_report_finding_code(const mcpauth_report *report, size_t index);
mcpauth_str mcpauth_report_finding_message(const mcpauth_report *report, size_t index); /* what is wrong, how to mend it */
bool mcpauth_report_finding_is_error(const mcpauth_report *report, size_t index);       /* false: a warning */

/* Whether it may be gone the next time without anybody having mended anything: no answer came, or 408, 429 or 5xx. */
bool mcpauth_report_finding_is_outage(const mcpauth_report *report, size_t index);

void mcpauth_report_free(mcpauth_report *report);

/* ---- log -------------------------------------------------------------------------------------------------------- */

typedef uint32_t mcpauth_log_level;

enum {
  MCPAUTH_LOG_ERROR = 1,   /* requests fail for a reason that is not theirs: there are no keys */
  MCPAUTH_LOG_WARNING = 2, /* something will fail unless it is mended: keys cannot be refreshed, keys are not usable */
  MCPAUTH_LOG_INFO = 3,    /* an issuer's keys are there, have changed, can be fetched again */
  MCPAUTH_LOG_DEBUG = 4    /* each request and token that was refused, and why: as many as there are */
};

/*
 * One entry: ASCII, one line, no secret, no token, followed by a NUL. Runs on any thread, several at once, and while a
 * verifier is being freed. It may call anything but must not wait for the library.
 */
typedef void (*mcpauth_log_fn)(void *userdata, mcpauth_log_level level, const char *message, size_t len);

/*
 * Tells fn what happens, up to this level. An outage is told when it begins and when it ends, not with each attempt. Unless
 * called, nothing is told to anybody. destroy may be NULL and may run on a thread of the library.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_log(mcpauth_config *config, mcpauth_log_level level,
                                                         mcpauth_log_fn fn, void *userdata, mcpauth_destroy_fn destroy);

/* ---- custom verification ---------------------------------------------------------------------------------------- */

/* What a custom verifier found out about a token; valid during the callback only. */
typedef struct mcpauth_authinfo_builder mcpauth_authinfo_builder;

/*
 * Verifies a token in the host's own way (opaque API keys, a session store). May run on several threads at once and may
 * block. The token is valid during the call only, has at most 16 KiB, and is followed by a NUL byte. The callback fills
 * the builder and returns one of
 *   MCPAUTH_OK                   the token is good, as far as the callback is concerned
 *   MCPAUTH_ERR_TOKEN_REJECTED   it is not: 401 token_verification_failed
 *   MCPAUTH_ERR_TOKEN_EXPIRED    401 invalid_token
 *   MCPAUTH_ERR_TOKEN_INACTIVE   401 invalid_token
 *   MCPAUTH_ERR_CALLBACK_FAILED  its own backend cannot answer: 503
 * Any other value is a programming error: 500, never a success.
 */
typedef mcpauth_result (*mcpauth_verify_fn)(void *userdata, const char *token, size_t token_len,
                                            mcpauth_authinfo_builder *builder);

/*
 * Once set, every token goes to fn instead of being verified as a JWT. After MCPAUTH_OK the library still checks what the
 * builder was given: the issuer against the configured ones, the audience, the expiry where one was set, that there is a
 * subject, and the required scopes. A verifier without any issuer is possible then, and accepts an absent issuer only.
 * Rules that only a JWT can be judged by (maximum age, RFC 9068 profile, scope claims) make mcpauth_verifier_new fail with
 * MCPAUTH_ERR_INVALID_CONFIG. The result is never cached. destroy may be NULL. fn must return: neither a C++ exception nor
 * longjmp may leave it.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_config_set_custom_verifier(mcpauth_config *config, mcpauth_verify_fn fn,
                                                                     void *userdata, mcpauth_destroy_fn destroy);

/*
 * Each of these copies its text: UTF-8 without NUL. A failure of any of them makes the verification fail with
 * MCPAUTH_ERR_INVALID_ARGUMENT (500), whatever the callback returns.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_set_issuer(mcpauth_authinfo_builder *builder,
                                                                      const char *text, size_t len);
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_set_subject(mcpauth_authinfo_builder *builder,
                                                                       const char *text, size_t len);
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_set_client_id(mcpauth_authinfo_builder *builder,
                                                                         const char *text, size_t len);
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_add_audience(mcpauth_authinfo_builder *builder,
                                                                        const char *text, size_t len);
/* One scope; text with a space in it fails. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_add_scope(mcpauth_authinfo_builder *builder,
                                                                     const char *text, size_t len);
/* Seconds since 1970, UTC; above 0. Judged with the configured leeway. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_set_expires_at(mcpauth_authinfo_builder *builder,
                                                                          int64_t seconds);
/* Why the token was refused, for the operator's log. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_set_message(mcpauth_authinfo_builder *builder,
                                                                       const char *text, size_t len);
/*
 * A JSON object with further claims for mcpauth_authinfo_claims_json. It never overrides what another call set, and is
 * judged by required claims alone: iss, sub, client_id, aud, scope or exp in it, without the call for it, make the
 * verification fail with MCPAUTH_ERR_INVALID_ARGUMENT.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_builder_set_claims_json(mcpauth_authinfo_builder *builder,
                                                                           const char *json, size_t len);

/* ---- the verifier ----------------------------------------------------------------------------------------------- */

/*
 * A verifier from a snapshot of config, which can be changed or freed afterwards. No network is used.
 *
 * err  the reason, when the result is not MCPAUTH_OK; may be NULL. MCPAUTH_ERR_INVALID_CONFIG (no issuer, two sources of
 *      keys for one issuer, ...), or the first failure of a setter.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verifier_new(const mcpauth_config *config, mcpauth_verifier **out,
                                                       mcpauth_error **err);

/* Another reference to the same verifier. Each is freed once. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verifier_retain(const mcpauth_verifier *verifier, mcpauth_verifier **out);

/*
 * Drops one reference. Dropping the last ends what is under way: a fetch is cancelled, and mcpauth_verify_async and
 * mcpauth_authorize_async calls that wait for it are completed with MCPAUTH_ERR_KEYS_UNAVAILABLE on a thread of the
 * library, perhaps after this returned. It returns within 100 ms, whatever the network does.
 */
void mcpauth_verifier_free(mcpauth_verifier *verifier);

/*
 * Fetches the keys of all issuers now, all at the same time, unless they are at hand and fresh, and waits for them: a
 * server that calls this before it listens has no slow first request.
 *
 * err  the reason, when the keys of some issuer could not be had: MCPAUTH_ERR_KEYS_UNAVAILABLE, _METADATA_UNAVAILABLE,
 *      _METADATA_INVALID or _JWKS_URI_MISSING; may be NULL. The verifier can be used all the same: it asks again.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verifier_prefetch(const mcpauth_verifier *verifier, mcpauth_error **err);

/*
 * What a verifier did so far, to be exported to a monitoring system. Start from MCPAUTH_STATS_INIT. Later versions add
 * members at the end.
 */
typedef struct mcpauth_stats {
  size_t size; /* sizeof(mcpauth_stats) */

  /* tokens and requests, by how they were answered */
  uint64_t accepted;    /* MCPAUTH_OK */
  uint64_t denied;      /* 400, 401, 403 */
  uint64_t unavailable; /* 503: the issuer's side cannot be reached */
  uint64_t broken;      /* 500: the configuration, or what the issuer publishes, is unusable */
  uint64_t would_block; /* MCPAUTH_WOULD_BLOCK */
  uint64_t cache_hits;  /* tokens that had been verified before */

  /* over all issuers; verifiers that share keys share these numbers */
  uint64_t fetches;              /* of keys, with their metadata where needed */
  uint64_t fetch_failures;       /* those of them that brought no keys */
  uint64_t http_requests;        /* for metadata and keys */
  uint64_t issuers;              /* configured */
  uint64_t issuers_without_keys; /* for which no key is at hand now */
  uint64_t keys;                 /* usable ones at hand now */
  int64_t oldest_keys_ms;        /* since the keys that are longest unconfirmed were fetched; -1: none were fetched */
} mcpauth_stats;

#ifdef __cplusplus
#define MCPAUTH_STATS_INIT { sizeof(mcpauth_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#else
#define MCPAUTH_STATS_INIT { .size = sizeof(mcpauth_stats) }
#endif

/* Fills stats, whose size has to be set. No lock is taken while tokens are verified, so the numbers are a moment's. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verifier_stats(const mcpauth_verifier *verifier, mcpauth_stats *stats);

/* How often the verifier gave this result for a token or a request; 0 for a number that is no result. */
uint64_t mcpauth_verifier_result_count(const mcpauth_verifier *verifier, mcpauth_result result);

/* ---- tokens ----------------------------------------------------------------------------------------------------- */

/*
 * Verifies a token, given without "Bearer ". May wait for a key fetch, ten seconds at most; never when the token's key
 * is at hand.
 *
 * out  who the caller is, when the result is MCPAUTH_OK, and NULL otherwise; to be freed.
 * err  why not, otherwise; may be NULL; to be freed.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verify(const mcpauth_verifier *verifier, const char *token, size_t token_len,
                                                 mcpauth_authinfo **out, mcpauth_error **err);

/*
 * The same without waiting, for servers on an event loop. MCPAUTH_WOULD_BLOCK, with neither out nor err: the token's key
 * has to be fetched, which has begun; ask again later, or with mcpauth_verify_async. A custom verifier runs in the
 * caller: unless it never blocks, use mcpauth_verify_async.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_try_verify(const mcpauth_verifier *verifier, const char *token,
                                                     size_t token_len, mcpauth_authinfo **out, mcpauth_error **err);

/*
 * How an asynchronous call ended: as the outputs of mcpauth_verify. info and err (NULL with MCPAUTH_OK) belong to the
 * callee, who frees them.
 *
 * It runs on a thread of the library, several of which may run it at once, and may call anything, mcpauth_verifier_free
 * included. It should be short, and hand the outcome to the host's event loop: at most 16 run at the same time, custom
 * verifiers of asynchronous calls included, and further ones wait.
 */
typedef void (*mcpauth_verify_done_fn)(void *userdata, mcpauth_result result, mcpauth_authinfo *info,
                                       mcpauth_error *err);

/*
 * The same on the library's threads: this call neither waits nor computes, and copies the token. A custom verifier runs
 * there too, and may block.
 *
 * done runs exactly once if and only if MCPAUTH_OK is returned, and never inside this call; being on another thread, it
 * may run before the caller's next statement, so whatever it uses has to be ready before the call. The verifier may be
 * freed at once: see mcpauth_verifier_free. In a child of fork, done of the parent's calls does not run.
 *
 * MCPAUTH_ERR_NULL_PARAMETER; MCPAUTH_ERR_INVALID_ARGUMENT: more than 8 MiB; MCPAUTH_ERR_NO_MEMORY: the system gives no
 * thread.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_verify_async(const mcpauth_verifier *verifier, const char *token,
                                                       size_t token_len, mcpauth_verify_done_fn done, void *userdata);

/* ---- whole requests --------------------------------------------------------------------------------------------- */

/*
 * One HTTP request. Start from MCPAUTH_REQUEST_INIT and set what the request has; everything is borrowed during the call.
 *
 * authorization           the value of every Authorization header field, in order
 * dpop                    the value of every DPoP header field, in order
 * method                  the HTTP method
 * url                     the resource's own public URL, never made from the Host header; empty: the configured resource
 * mcp_method, mcp_name    the Mcp-Method and Mcp-Name header fields (MCP 2026-07-28), where sent
 * client_certificate_der  the TLS client's certificate, where there is one
 * body                    the JSON-RPC request
 *
 * This version reads no proof and no certificate: a token bound to one (cnf, RFC 7800) is refused. The method, the MCP
 * headers and the body are read where scopes were set per operation; where MCP headers and a body are passed, they have to
 * agree. Of a GET, HEAD, DELETE or OPTIONS without a body no scope of an operation is asked.
 */
typedef struct mcpauth_request {
  size_t size; /* sizeof(mcpauth_request) */
  const mcpauth_str *authorization;
  size_t authorization_count;
  const mcpauth_str *dpop;
  size_t dpop_count;
  mcpauth_str method, url;
  mcpauth_str mcp_method, mcp_name;
  mcpauth_str client_certificate_der;
  mcpauth_str body;
} mcpauth_request;

#ifdef __cplusplus
#define MCPAUTH_REQUEST_INIT                                                                          \
  { sizeof(mcpauth_request), NULL, 0, NULL, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
    {NULL, 0} }
#else
#define MCPAUTH_REQUEST_INIT { .size = sizeof(mcpauth_request) }
#endif

/*
 * Authenticates one request. May wait for a key fetch.
 *
 * info    who the caller is, when the result is MCPAUTH_OK, and NULL otherwise; to be freed.
 * denial  otherwise the response to send; to be freed. Never NULL then, if denial was given: where none can be built it
 *         is a plain 500. Decide by the result, send the denial.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authorize(const mcpauth_verifier *verifier, const mcpauth_request *request,
                                                    mcpauth_authinfo **info, mcpauth_response **denial);

/*
 * The same without waiting. MCPAUTH_WOULD_BLOCK, with neither info nor denial: the token's key has to be fetched, which
 * has begun; ask again later, or with mcpauth_authorize_async. A custom verifier runs in the caller.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_try_authorize(const mcpauth_verifier *verifier, const mcpauth_request *request,
                                                        mcpauth_authinfo **info, mcpauth_response **denial);

/* As mcpauth_verify_done_fn, with the outputs of mcpauth_authorize. */
typedef void (*mcpauth_authorize_done_fn)(void *userdata, mcpauth_result result, mcpauth_authinfo *info,
                                          mcpauth_response *denial);

/*
 * The same on the library's threads; the request is copied. Everything said of mcpauth_verify_async holds. Mistakes of
 * the caller in the request struct itself (its size, a NULL with a length) are returned, and done does not run.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authorize_async(const mcpauth_verifier *verifier,
                                                          const mcpauth_request *request,
                                                          mcpauth_authorize_done_fn done, void *userdata);

/*
 * A step-up check later in the same request: MCPAUTH_OK, or MCPAUTH_ERR_INSUFFICIENT_SCOPE and the 403 that asks for all
 * of these scopes. denial may be NULL; it is given as by mcpauth_authorize.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_require_scopes(const mcpauth_verifier *verifier,
                                                         const mcpauth_authinfo *info, const char *space_separated,
                                                         mcpauth_response **denial);

/*
 * Judges again what was verified before, at this moment and by this verifier's rules (which may be newer than those of the
 * verifier info came from): for streams that outlive a token. The signature is not checked again, and the scopes are those
 * that were read when it was. denial may be NULL; it is given as by mcpauth_authorize.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_check(const mcpauth_verifier *verifier,
                                                         const mcpauth_authinfo *info, mcpauth_response **denial);

/*
 * Whether the caller's scopes are enough for this tool, prompt or resource, and for the method that uses it (tools/call,
 * prompts/get, resources/read): to leave the others out of a list.
 */
bool mcpauth_may_call_tool(const mcpauth_verifier *verifier, const mcpauth_authinfo *info, const char *tool,
                           size_t tool_len);
bool mcpauth_may_get_prompt(const mcpauth_verifier *verifier, const mcpauth_authinfo *info, const char *prompt,
                            size_t prompt_len);
bool mcpauth_may_read_resource(const mcpauth_verifier *verifier, const mcpauth_authinfo *info, const char *uri,
                               size_t uri_len);

/* The response to an error that mcpauth_verify gave. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_error_response(const mcpauth_verifier *verifier, const mcpauth_error *err,
                                                         mcpauth_response **out);

/*
 * The response, when the path is that of the protected resource metadata (RFC 9728 section 3.1):
 * "/.well-known/oauth-protected-resource" and the resource's own path behind it; or of another document that the
 * configuration serves. *out is NULL, with MCPAUTH_OK, when it is another path. A query is ignored. GET and HEAD give
 * the document, OPTIONS a CORS preflight's answer, any other method 405. The metadata
 * needs no authentication: ask this before mcpauth_authorize.
 */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_well_known(const mcpauth_verifier *verifier, const char *method,
                                                     size_t method_len, const char *path, size_t path_len,
                                                     mcpauth_response **out);

/* ---- responses -------------------------------------------------------------------------------------------------- */

/* The HTTP status; 500 for NULL. */
int mcpauth_response_status(const mcpauth_response *response);

/* All header fields the response needs but Content-Length, Date and the like, which the HTTP server adds. */
size_t mcpauth_response_header_count(const mcpauth_response *response);
mcpauth_str mcpauth_response_header_name(const mcpauth_response *response, size_t index);
mcpauth_str mcpauth_response_header_value(const mcpauth_response *response, size_t index);

/* The body, JSON; empty where there is none. For HEAD send the headers only. */
mcpauth_str mcpauth_response_body(const mcpauth_response *response);

/* Why, for the operator's log and not for the client; NULL when the response is no denial. Borrowed. */
const mcpauth_error *mcpauth_response_error(const mcpauth_response *response);

void mcpauth_response_free(mcpauth_response *response);

/* ---- auth info -------------------------------------------------------------------------------------------------- */

/* The token itself. It is a secret: keep it out of logs. */
mcpauth_str mcpauth_authinfo_token(const mcpauth_authinfo *info);

mcpauth_str mcpauth_authinfo_issuer(const mcpauth_authinfo *info);    /* iss */
mcpauth_str mcpauth_authinfo_subject(const mcpauth_authinfo *info);   /* sub */
mcpauth_str mcpauth_authinfo_client_id(const mcpauth_authinfo *info); /* client_id, else azp, appid, cid; may be empty */

/* exp in seconds since 1970, UTC, a fraction cut off; 0: none. */
int64_t mcpauth_authinfo_expires_at(const mcpauth_authinfo *info);

/*
 * Issuer, subject and client in one text, such that no two different callers have the same: what to bind an MCP session
 * to. It stays the same when the client renews its token. Its form may change with the library's version.
 */
mcpauth_str mcpauth_authinfo_principal(const mcpauth_authinfo *info);

/* The scopes, from scope, else scp, else scopes: a space-separated string or an array; and from the
 * configured scope claims. Each once, in the token's order. mcpauth_authinfo_has_scope is true for implied ones too. */
size_t mcpauth_authinfo_scope_count(const mcpauth_authinfo *info);
mcpauth_str mcpauth_authinfo_scope_at(const mcpauth_authinfo *info, size_t index);
bool mcpauth_authinfo_has_scope(const mcpauth_authinfo *info, const char *scope);

/* aud, a string or an array. */
size_t mcpauth_authinfo_audience_count(const mcpauth_authinfo *info);
mcpauth_str mcpauth_authinfo_audience_at(const mcpauth_authinfo *info, size_t index);

/* All claims as the JSON object the token carries. */
mcpauth_str mcpauth_authinfo_claims_json(const mcpauth_authinfo *info);

/* What a claim is. */
typedef uint32_t mcpauth_claim_type;

enum {
  MCPAUTH_CLAIM_NONE = 0, /* there is no such claim */
  MCPAUTH_CLAIM_STRING = 1,
  MCPAUTH_CLAIM_INTEGER = 2,
  MCPAUTH_CLAIM_NUMBER = 3, /* with a fraction or an exponent */
  MCPAUTH_CLAIM_BOOLEAN = 4,
  MCPAUTH_CLAIM_ARRAY = 5,
  MCPAUTH_CLAIM_OBJECT = 6,
  MCPAUTH_CLAIM_NULL = 7
};

/*
 * Any claim by its path: a name ("email"), names with dots between them ("realm_access.roles"), or a JSON Pointer (RFC
 * 6901) where a name holds a dot itself ("/https:~1~1example.com~1roles"). A number is an index into an array. The name
 * {client} stands for the token's client. Where there is no such claim, or it is of another type, an accessor gives an
 * empty text, 0 or false.
 */
mcpauth_claim_type mcpauth_authinfo_claim_type(const mcpauth_authinfo *info, const char *path);
mcpauth_str mcpauth_authinfo_claim_string(const mcpauth_authinfo *info, const char *path);
bool mcpauth_authinfo_claim_integer(const mcpauth_authinfo *info, const char *path, int64_t *out);
bool mcpauth_authinfo_claim_number(const mcpauth_authinfo *info, const char *path, double *out); /* integers too */
bool mcpauth_authinfo_claim_boolean(const mcpauth_authinfo *info, const char *path, bool *out);

/* The number of an array's elements or of an object's members. */
size_t mcpauth_authinfo_claim_count(const mcpauth_authinfo *info, const char *path);

/* An array's element that is a string. */
mcpauth_str mcpauth_authinfo_claim_string_at(const mcpauth_authinfo *info, const char *path, size_t index);

/*
 * The claim as JSON text. Writes at most size bytes, the last of them NUL, and returns the length the whole text has
 * without it: a result of size or more means that the text was cut off. 0: no such claim. buffer may be NULL if size is 0.
 */
size_t mcpauth_authinfo_claim_json(const mcpauth_authinfo *info, const char *path, char *buffer, size_t size);

/* Another reference. Each is freed once; all outlive the verifier. */
MCPAUTH_MUST_CHECK mcpauth_result mcpauth_authinfo_retain(const mcpauth_authinfo *info, mcpauth_authinfo **out);
void mcpauth_authinfo_free(mcpauth_authinfo *info);

#ifdef __cplusplus
}
#endif

#endif /* MCPAUTH_H */
