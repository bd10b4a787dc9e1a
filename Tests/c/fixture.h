/*
 * What most tests start from: one resource, one issuer whose keys are given as JSON, a clock that stands still, a token
 * that is good. Each test changes one thing.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <mcpauth.h>

#include "check.h"
#include "tokens.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RESOURCE "https://mcp.example.com/mcp"
#define ISSUER "https://auth.example.com"
#define METADATA_URL "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
#define SUBJECT "alice"
#define KID "key-1"
#define NOW 1800000000LL

/* Made once per program; never freed before its end. */
signing_key *fixture_key(void);     /* P-256, its kid is KID, known to fixture_jwks() */
signing_key *fixture_rsa_key(void); /* 2048 bits */
const char *fixture_jwks(void);

/* Always NOW. */
int64_t fixture_clock(void *unused);

/* A configuration with ISSUER, fixture_jwks() and fixture_clock. *issuer may be NULL. */
mcpauth_config *fixture_config(mcpauth_issuer **issuer);

/* The verifier of config, which is freed. A failure ends the program with its message. */
mcpauth_verifier *fixture_verifier(mcpauth_config *config);

/*
 * The claims of a good token with some changed, as JSON text. changes: members to set, such as {"exp": 5}; one whose
 * name begins with '-' removes the claim of that name, such as {"-exp": 0}. NULL: no change. To be freed.
 */
char *fixture_claims(const char *changes);

/* A token of those claims, ES256 by fixture_key(). To be freed. */
char *fixture_token(const char *changes);

/* The result of mcpauth_verify alone. */
mcpauth_result verify_result(const mcpauth_verifier *verifier, const char *token);

/* mcpauth_verify with the claims changed. */
mcpauth_result verify_claims(const mcpauth_verifier *verifier, const char *changes);

/* mcpauth_authorize with one Authorization header field "Bearer TOKEN", or with header as it is. */
mcpauth_result authorize_token(const mcpauth_verifier *verifier, const char *token, mcpauth_authinfo **info,
                               mcpauth_response **denial);
mcpauth_result authorize_header(const mcpauth_verifier *verifier, const char *header, mcpauth_authinfo **info,
                                mcpauth_response **denial);

/* The value of the response's only header field of this name (letter case ignored); "" when there is none. */
mcpauth_str response_header(const mcpauth_response *response, const char *name);

/*
 * The value of an auth-param in a WWW-Authenticate value, unquoted; NULL when there is none. Fails the test when the
 * value is not `Bearer` and a list of distinct name="value" pairs (RFC 6750 section 3). To be freed.
 */
char *challenge_param(const char *challenge, const char *name);

/* A string member of a JSON object; NULL when it is absent or the text is no JSON object. To be freed. */
char *json_member(mcpauth_str json, const char *member);

/* Both are JSON and equal as values. */
#define CHECK_JSON(actual, expected) check_json(__FILE__, __LINE__, (actual), (expected))
void check_json(const char *file, int line, mcpauth_str actual, const char *expected);

#ifdef __cplusplus
}
#endif

#endif /* FIXTURE_H */
