/* The numbers and the layouts of version 0.1.0, which never change: members are added at the end, numbers are new ones. What a
 * program compiled with the header of 0.1.0 relies on besides the functions, which abi-0.1.0.abi holds. */
#include <mcpauth.h>

#define NUMBER(name, value) _Static_assert(name == (value), #name " has changed: programs would break")
#define OFFSET(type, member, value) \
  _Static_assert(offsetof(type, member) == (value), #type "." #member " has moved: programs would break")

NUMBER(MCPAUTH_OK, 0);
NUMBER(MCPAUTH_WOULD_BLOCK, 1);
NUMBER(MCPAUTH_ERR_NULL_PARAMETER, 11);
NUMBER(MCPAUTH_ERR_INVALID_ARGUMENT, 12);
NUMBER(MCPAUTH_ERR_INVALID_CONFIG, 13);
NUMBER(MCPAUTH_ERR_MISSING_AUTH_HEADER, 101);
NUMBER(MCPAUTH_ERR_INVALID_AUTH_HEADER, 102);
NUMBER(MCPAUTH_ERR_MISSING_BEARER_TOKEN, 103);
NUMBER(MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS, 104);
NUMBER(MCPAUTH_ERR_INVALID_REQUEST, 105);
NUMBER(MCPAUTH_ERR_TOKEN_MALFORMED, 201);
NUMBER(MCPAUTH_ERR_TOKEN_ENCRYPTED, 202);
NUMBER(MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED, 203);
NUMBER(MCPAUTH_ERR_KEY_NOT_FOUND, 204);
NUMBER(MCPAUTH_ERR_SIGNATURE_INVALID, 205);
NUMBER(MCPAUTH_ERR_TOKEN_EXPIRED, 206);
NUMBER(MCPAUTH_ERR_TOKEN_NOT_YET_VALID, 207);
NUMBER(MCPAUTH_ERR_ISSUER_MISMATCH, 208);
NUMBER(MCPAUTH_ERR_AUDIENCE_MISMATCH, 209);
NUMBER(MCPAUTH_ERR_CLAIM_MISSING, 210);
NUMBER(MCPAUTH_ERR_CLAIM_INVALID, 211);
NUMBER(MCPAUTH_ERR_TOKEN_TYPE, 212);
NUMBER(MCPAUTH_ERR_INSUFFICIENT_SCOPE, 213);
NUMBER(MCPAUTH_ERR_CLIENT_NOT_ALLOWED, 214);
NUMBER(MCPAUTH_ERR_TOKEN_INACTIVE, 215);
NUMBER(MCPAUTH_ERR_PROOF_INVALID, 216);
NUMBER(MCPAUTH_ERR_BINDING_MISMATCH, 217);
NUMBER(MCPAUTH_ERR_TOKEN_REJECTED, 218);
NUMBER(MCPAUTH_ERR_KEYS_UNAVAILABLE, 301);
NUMBER(MCPAUTH_ERR_METADATA_UNAVAILABLE, 302);
NUMBER(MCPAUTH_ERR_METADATA_INVALID, 303);
NUMBER(MCPAUTH_ERR_JWKS_URI_MISSING, 304);
NUMBER(MCPAUTH_ERR_INTROSPECTION_UNAVAILABLE, 305);
NUMBER(MCPAUTH_ERR_CALLBACK_FAILED, 306);
NUMBER(MCPAUTH_ERR_NO_MEMORY, 901);
NUMBER(MCPAUTH_ERR_INTERNAL, 902);
NUMBER(MCPAUTH_LOG_ERROR, 1);
NUMBER(MCPAUTH_LOG_WARNING, 2);
NUMBER(MCPAUTH_LOG_INFO, 3);
NUMBER(MCPAUTH_LOG_DEBUG, 4);
NUMBER(MCPAUTH_CLAIM_NONE, 0);
NUMBER(MCPAUTH_CLAIM_STRING, 1);
NUMBER(MCPAUTH_CLAIM_INTEGER, 2);
NUMBER(MCPAUTH_CLAIM_NUMBER, 3);
NUMBER(MCPAUTH_CLAIM_BOOLEAN, 4);
NUMBER(MCPAUTH_CLAIM_ARRAY, 5);
NUMBER(MCPAUTH_CLAIM_OBJECT, 6);
NUMBER(MCPAUTH_CLAIM_NULL, 7);

/* Where pointers have 8 bytes. */
OFFSET(mcpauth_str, data, 0);
OFFSET(mcpauth_str, len, 8);
OFFSET(mcpauth_fetch_request, size, 0);
OFFSET(mcpauth_fetch_request, url, 8);
OFFSET(mcpauth_fetch_request, accept, 24);
OFFSET(mcpauth_fetch_request, if_none_match, 40);
OFFSET(mcpauth_fetch_request, timeout_ms, 56);
OFFSET(mcpauth_fetch_request, max_body_bytes, 64);
OFFSET(mcpauth_stats, size, 0);
OFFSET(mcpauth_stats, accepted, 8);
OFFSET(mcpauth_stats, denied, 16);
OFFSET(mcpauth_stats, unavailable, 24);
OFFSET(mcpauth_stats, broken, 32);
OFFSET(mcpauth_stats, would_block, 40);
OFFSET(mcpauth_stats, cache_hits, 48);
OFFSET(mcpauth_stats, fetches, 56);
OFFSET(mcpauth_stats, fetch_failures, 64);
OFFSET(mcpauth_stats, http_requests, 72);
OFFSET(mcpauth_stats, issuers, 80);
OFFSET(mcpauth_stats, issuers_without_keys, 88);
OFFSET(mcpauth_stats, keys, 96);
OFFSET(mcpauth_stats, oldest_keys_ms, 104);
OFFSET(mcpauth_request, size, 0);
OFFSET(mcpauth_request, authorization, 8);
OFFSET(mcpauth_request, authorization_count, 16);
OFFSET(mcpauth_request, dpop, 24);
OFFSET(mcpauth_request, dpop_count, 32);
OFFSET(mcpauth_request, method, 40);
OFFSET(mcpauth_request, url, 56);
OFFSET(mcpauth_request, mcp_method, 72);
OFFSET(mcpauth_request, mcp_name, 88);
OFFSET(mcpauth_request, client_certificate_der, 104);
OFFSET(mcpauth_request, body, 120);
