/*
 * token_endpoint.c: POST /token (OAuth 2.1 section 3.2): tokens for a code, for a refresh token, and for a client of the
 * command line itself (client credentials).
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

/* Who gets what: the request's facts, all borrowed. */
struct issue {
  const char *subject, *client_id, *scope, *resource, *grant_id, *thumbprint;
  bool with_refresh;
};

static void issue_tokens(struct issuer *issuer, struct exchange *exchange, const struct issue *issue) {
  const struct token_request request = {.kind = "good",
                                        .audience = issue->resource,
                                        .scope = issue->scope,
                                        .subject = issue->subject,
                                        .client_id = issue->client_id,
                                        .grant_id = issue->grant_id,
                                        .thumbprint = issue->thumbprint,
                                        .algorithm = issuer->options.algorithm,
                                        .lifetime = issuer->options.access_lifetime,
                                        .opaque = issuer->options.opaque};
  char *access = access_token_new(issuer, &request);
  char *refresh = access != NULL && issue->with_refresh ? grant_refresh_token(issuer, issue->grant_id) : NULL;
  if (access == NULL || (issue->with_refresh && refresh == NULL)) {
    answer_error(exchange, 500, "server_error", "the token cannot be made: OpenSSL or memory failed");
  } else {
    log_event("DEVELOPMENT ONLY: a token for %s, by %s, for %s", issue->subject, issue->client_id, issue->resource);
    answer_json(
        exchange, 200,
        json_pack("{s:s, s:s, s:I, s:s, s:s*}", "access_token", access, "token_type",
                  issue->thumbprint != NULL ? "DPoP" : "Bearer", "expires_in",
                  (json_int_t)issuer->options.access_lifetime, "scope", issue->scope, "refresh_token", refresh));
  }
  free(access);
  free(refresh);
}

static void for_code(struct issuer *issuer, struct exchange *exchange, const json_t *client, const char *thumbprint) {
  const char *why = NULL;
  const json_t *code = code_redeem(issuer, client, exchange->form, thumbprint, &why);
  const int64_t now = issuer_now(issuer);
  if (code == NULL) {
    log_event("code refused: %s", why);
    answer_error(exchange, 400, "invalid_grant", why);
    return;
  }
  /* A public client's refresh token is bound to its key (RFC 9449 section 5). */
  json_t *grant = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "id", text_of(code, "grant"), "client_id",
                            text_of(code, "client_id"), "sub", text_of(code, "sub"), "scope", text_of(code, "scope"),
                            "resource", text_of(code, "resource"), "jkt", thumbprint);
  if (!store_put(&issuer->grants, text_of(code, "grant"), grant, now, now + issuer->options.access_lifetime)) {
    answer_error(exchange, 500, "server_error", "no memory");
    return;
  }
  const struct issue issue = {text_of(code, "sub"),
                              text_of(code, "client_id"),
                              text_of(code, "scope"),
                              text_of(code, "resource"),
                              text_of(code, "grant"),
                              thumbprint,
                              client_may(client, "refresh_token")};
  issue_tokens(issuer, exchange, &issue);
}

static void for_refresh_token(struct issuer *issuer, struct exchange *exchange, const json_t *client,
                              const char *thumbprint) {
  const char *token = parameter(exchange->form, "refresh_token"), *scope = parameter(exchange->form, "scope");
  const char *resource = parameter(exchange->form, "resource"), *grant_id = NULL;
  bool reused = false;
  const json_t *grant = grant_of_refresh_token(issuer, token, &grant_id, &reused);
  if (reused) {
    log_event("a refresh token was used twice: its grant is withdrawn");
    grant_remove(issuer, grant_id);
    answer_error(exchange, 400, "invalid_grant", "the refresh token was used before: its whole login is withdrawn");
  } else if (grant == NULL || strcmp(text_of(grant, "client_id"), text_of(client, "client_id")) != 0) {
    answer_error(exchange, 400, "invalid_grant", "this client has no such refresh token, or its time is over");
  } else if (text_of(grant, "jkt") != NULL && (thumbprint == NULL || strcmp(text_of(grant, "jkt"), thumbprint) != 0)) {
    answer_error(exchange, 400, "invalid_grant",
                 "the refresh token is bound to another key than that of the DPoP proof");
  } else if (scope != NULL && (!scope_is_valid(scope) || !scope_within(scope, text_of(grant, "scope")))) {
    answer_error(exchange, 400, "invalid_scope", "scope is not within what the user agreed to");
  } else if (resource != NULL && strcmp(resource, text_of(grant, "resource")) != 0) {
    answer_error(exchange, 400, "invalid_target", "resource is not the one of the login");
  } else {
    const struct issue issue = {text_of(grant, "sub"),
                                text_of(grant, "client_id"),
                                scope != NULL ? scope : text_of(grant, "scope"),
                                text_of(grant, "resource"),
                                grant_id,
                                thumbprint,
                                true};
    issue_tokens(issuer, exchange, &issue);
  }
}

static void for_client(struct issuer *issuer, struct exchange *exchange, const json_t *client, const char *thumbprint) {
  const char *scope = parameter(exchange->form, "scope"), *resource = parameter(exchange->form, "resource");
  if (scope != NULL && (!scope_is_valid(scope) || !scope_is_offered(issuer, scope))) {
    answer_error(exchange, 400, "invalid_scope",
                 "scope is no list of scopes, or this issuer does not offer one of them");
  } else if (parameter_count(exchange->form, "resource") > 1 ||
             (resource != NULL && !resource_is_offered(issuer, resource))) {
    answer_error(exchange, 400, "invalid_target", "ask for one resource, one that this issuer knows");
  } else {
    const struct issue issue = {text_of(client, "client_id"),
                                text_of(client, "client_id"),
                                scope != NULL ? scope : "",
                                resource != NULL ? resource : issuer->options.resource,
                                NULL,
                                thumbprint,
                                false};
    issue_tokens(issuer, exchange, &issue);
  }
}

void token_endpoint(struct issuer *issuer, struct exchange *exchange) {
  static const struct {
    const char *type;
    void (*answer)(struct issuer *issuer, struct exchange *exchange, const json_t *client, const char *thumbprint);
  } grants[] = {
      {"authorization_code", for_code}, {"refresh_token", for_refresh_token}, {"client_credentials", for_client}};
  const char *type = parameter(exchange->form, "grant_type");
  char thumbprint[64];
  bool bound = false;
  if (repeated_parameter(exchange->form) != NULL || type == NULL) {
    answer_error(exchange, 400, "invalid_request", "grant_type is missing, or a parameter is there twice");
    return;
  }
  const json_t *client = client_authenticated(issuer, exchange, false);
  if (client == NULL || !dpop_check(issuer, exchange, &bound, thumbprint)) return;
  for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++) {
    if (strcmp(type, grants[i].type) != 0) continue;
    if (client_may(client, type)) {
      grants[i].answer(issuer, exchange, client, bound ? thumbprint : NULL);
    } else {
      answer_error(exchange, 400, "unauthorized_client", "this client did not register for the grant type");
    }
    return;
  }
  answer_error(exchange, 400, "unsupported_grant_type",
               "grant_type has to be authorization_code, refresh_token or client_credentials");
}
