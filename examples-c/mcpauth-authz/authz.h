/* What the parts of mcpauth-authz share: see main.c. */
#ifndef AUTHZ_H
#define AUTHZ_H

#include <mcpauth.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

enum { MAX_CLAIM_HEADERS = 32, MAX_CLAIM_BYTES = 1024 };

/* A claim of the token that the upstream gets in a header field. */
struct claim_header {
  char *name, *claim;
};

/* What the settings file says, beside what is in the verifier already. */
struct settings {
  char *listen;
  mcpauth_config *config;
  mcpauth_issuer *issuer; /* the last one named; belongs to config */
  struct claim_header claims[MAX_CLAIM_HEADERS];
  size_t claim_count;
  bool has_tool_scopes, upstream_compares_mcp_headers;
};

/* Reads the file. What is wrong with it was said when the result is false. */
bool read_settings(const char *file, struct settings *settings);
void forget_settings(struct settings *settings);

/* The listening socket of "127.0.0.1:PORT" or "unix:PATH", and what it is called; -1 when why there is none was said. */
int open_listener(const char *listen, char *name, size_t size);

struct authorizer {
  const struct settings *settings;
  const mcpauth_verifier *verifier;
};

/* Answers one request of nginx. */
enum MHD_Result answer(const struct authorizer *authorizer, struct MHD_Connection *connection, const char *method,
                       const char *path);

/* Who the caller is, for the upstream: header fields of the response. False: one of them is too long. */
bool add_caller(struct MHD_Response *response, const struct settings *settings, const mcpauth_authinfo *caller);

#endif
