/* Whole requests for mcpauth_handle: what they are made of, and what comes back. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdlib.h>

#include "fixture.h"

#define CALL(tool) "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"" tool "\"}}"
#define PATH "/mcp"
#define METADATA "/.well-known/oauth-protected-resource/mcp"

enum { MOST_FIELDS = 12 };

/* A request under way: its fields, and what came back. */
typedef struct {
  mcpauth_header fields[MOST_FIELDS];
  mcpauth_request request;
  mcpauth_authinfo *info;
  mcpauth_response *response;
} exchange;

static inline mcpauth_str str(const char *text) { return (mcpauth_str){text, strlen(text)}; }

static inline exchange *asking(exchange *at, const char *method, const char *path, const char *body) {
  memset(at, 0, sizeof *at);
  at->request = (mcpauth_request)MCPAUTH_REQUEST_INIT;
  at->request.method = str(method);
  at->request.path = str(path);
  at->request.body = str(body);
  at->request.headers = at->fields;
  return at;
}

static inline exchange *with(exchange *at, const char *name, const char *value) {
  if (at->request.header_count == MOST_FIELDS) abort();
  at->fields[at->request.header_count++] = (mcpauth_header){str(name), str(value)};
  return at;
}

static inline mcpauth_result send(const mcpauth_verifier *verifier, exchange *at) {
  at->info = (mcpauth_authinfo *)at;
  at->response = (mcpauth_response *)at;
  const mcpauth_result result = mcpauth_handle(verifier, &at->request, &at->info, &at->response);
  CHECK((at->info != NULL) == (result == MCPAUTH_OK));
  CHECK((at->response != NULL) == (result != MCPAUTH_OK));
  return result;
}

static inline void clear(exchange *at) {
  mcpauth_authinfo_free(at->info);
  mcpauth_response_free(at->response);
  at->info = NULL;
  at->response = NULL;
}

/* Sends and forgets; the status is checked. */
static inline void expect(const mcpauth_verifier *verifier, exchange *at, mcpauth_result result, int status) {
  CHECK_RESULT(send(verifier, at), result);
  if (result != MCPAUTH_OK) CHECK_INT(mcpauth_response_status(at->response), status);
  clear(at);
}

static inline mcpauth_config *config_of(const char *resource) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(resource, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_audience(config, RESOURCE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return config;
}

static inline char *good_token(void) {
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  free(token);
  return header;
}

#endif /* EXCHANGE_H */
