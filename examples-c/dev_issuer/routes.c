/*
 * routes.c: which function answers which method and path, and which answers pages of other origins may read (CORS): those
 * of the protocol, but not the pages for users, and not the shortcuts that give tokens away.
 */
#include "issuer.h"

#include <string.h>

static const struct route {
  const char *method, *path;
  void (*answer)(struct issuer *issuer, struct exchange *exchange);
  bool readable_by_pages;
} routes[] = {
    {"GET", "/.well-known/oauth-authorization-server", send_metadata, true},
    {"GET", "/.well-known/openid-configuration", send_metadata, true},
    {"GET", "/jwks", send_key_set, true},
    {"GET", "/authorize", authorize, false},
    {"POST", "/login", log_in, false},
    {"POST", "/logout", log_out, false},
    {"GET", "/consent", show_consent, false},
    {"POST", "/consent", decide, false},
    {"POST", "/token", token_endpoint, true},
    {"POST", "/register", register_client, true},
    {"POST", "/revoke", revoke, true},
    {"POST", "/introspect", introspect, false},
    {"GET", "/token", give_token_away, false},
    {"GET", "/key.pem", send_pem, false},
    {"PUT", "/dev/fault", set_fault, false},
};
enum { ROUTE_COUNT = sizeof routes / sizeof routes[0] };

/* The CORS preflight of the protocol's endpoints. */
static void answer_preflight(struct exchange *exchange) {
  exchange->readable_by_pages = true;
  add_header(exchange, "Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  add_header(exchange, "Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP, Mcp-Protocol-Version");
  add_header(exchange, "Access-Control-Max-Age", "600");
  answer_text(exchange, 204, "");
}

void route(struct issuer *issuer, struct exchange *exchange) {
  const char *method = strcmp(exchange->method, "HEAD") == 0 ? "GET" : exchange->method;
  char allowed[64] = "";
  for (size_t i = 0; i < ROUTE_COUNT; i++) {
    const struct route *one = &routes[i];
    if (strcmp(one->path, exchange->path) != 0) continue;
    if (strcmp(method, one->method) == 0) {
      exchange->readable_by_pages = one->readable_by_pages;
      one->answer(issuer, exchange);
      return;
    }
    if (strcmp(method, "OPTIONS") == 0 && one->readable_by_pages) {
      answer_preflight(exchange);
      return;
    }
    snprintf(allowed + strlen(allowed), sizeof allowed - strlen(allowed), "%s%s", allowed[0] != '\0' ? ", " : "",
             one->method);
  }
  if (allowed[0] != '\0') {
    add_header(exchange, "Allow", allowed);
    answer_text(exchange, 405, "another method is needed here: see Allow\n");
    return;
  }
  answer_text(exchange, 404, "there is nothing here: /.well-known/oauth-authorization-server names the endpoints\n");
}
