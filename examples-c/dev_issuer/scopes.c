/*
 * scopes.c: lists of scopes (RFC 6749 section 3.3), and what this issuer offers. Without --scope and --resource it
 * offers whatever is asked for: an MCP server under development should not need a second configuration.
 */
#include "issuer.h"

#include <string.h>

enum { MAX_SCOPE_BYTES = 1024 };

/* Scope tokens with one blank between them; a token is of visible ASCII without the quote and the backslash. */
bool scope_is_valid(const char *scope) {
  const size_t len = strlen(scope);
  if (len == 0 || len > MAX_SCOPE_BYTES || scope[0] == ' ' || scope[len - 1] == ' ' || strstr(scope, "  ") != NULL) {
    return false;
  }
  for (const char *c = scope; *c != '\0'; c++) {
    if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\') return false;
  }
  return true;
}

bool scope_contains(const char *scope, const char *wanted, size_t wanted_len) {
  while (scope != NULL && *scope != '\0') {
    const size_t len = strcspn(scope, " ");
    if (len == wanted_len && memcmp(scope, wanted, len) == 0) return true;
    scope += len + (scope[len] == ' ');
  }
  return false;
}

/* Whether each scope is one of limit. */
bool scope_within(const char *scope, const char *limit) {
  while (*scope != '\0') {
    const size_t len = strcspn(scope, " ");
    if (!scope_contains(limit, scope, len)) return false;
    scope += len + (scope[len] == ' ');
  }
  return true;
}

bool scope_is_offered(const struct issuer *issuer, const char *scope) {
  while (issuer->options.scope_count > 0 && *scope != '\0') {
    const size_t len = strcspn(scope, " ");
    bool found = false;
    for (size_t i = 0; i < issuer->options.scope_count && !found; i++) {
      const char *one = issuer->options.scopes[i];
      found = strlen(one) == len && memcmp(one, scope, len) == 0;
    }
    if (!found) return false;
    scope += len + (scope[len] == ' ');
  }
  return true;
}

/* An absolute http or https URI without a fragment (RFC 8707 section 2), and one of --resource where these are given. */
bool resource_is_offered(const struct issuer *issuer, const char *resource) {
  if (strncmp(resource, "https://", 8) != 0 && strncmp(resource, "http://", 7) != 0) return false;
  if (strlen(resource) > 1024 || strchr(resource, '#') != NULL) return false;
  for (const char *c = resource; *c != '\0'; c++) {
    if (*c <= ' ' || *c > '~') return false;
  }
  bool found = issuer->options.resource_count == 0;
  for (size_t i = 0; i < issuer->options.resource_count && !found; i++) {
    found = strcmp(resource, issuer->options.resources[i]) == 0;
  }
  return found;
}
