/*
 * token_status.c: introspection (RFC 7662) and revocation (RFC 7009). Only access tokens are active here: a refresh token
 * that somebody shows to an MCP server has to be refused by it.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

/* POST /introspect, for clients with a secret. */
void introspect(struct issuer *issuer, struct exchange *exchange) {
  const char *token = parameter(exchange->form, "token");
  if (client_authenticated(issuer, exchange, true) == NULL) return;
  if (token == NULL || repeated_parameter(exchange->form) != NULL) {
    answer_error(exchange, 400, "invalid_request", "token is missing, or a parameter is there twice");
    return;
  }
  const json_t *record = access_token_find(issuer, token);
  const char *grant_id = text_of(record, "grant");
  if (record == NULL || (grant_id != NULL && store_get(&issuer->grants, grant_id, issuer_now(issuer)) == NULL)) {
    answer_json(exchange, 200, json_pack("{s:b}", "active", 0));
    return;
  }
  json_t *said = json_deep_copy(json_object_get(record, "claims"));
  const char *type = json_is_true(json_object_get(record, "bound")) ? "DPoP" : "Bearer";
  if (json_object_set_new(said, "active", json_true()) != 0 ||
      json_object_set_new(said, "token_type", json_string(type)) != 0) {
    json_decref(said);
    said = NULL;
  }
  answer_json(exchange, 200, said);
}

/* POST /revoke. What the client has no such token for is answered like success (RFC 7009 section 2.2). */
void revoke(struct issuer *issuer, struct exchange *exchange) {
  const char *token = parameter(exchange->form, "token"), *grant_id = NULL;
  bool reused = false;
  const json_t *client = client_authenticated(issuer, exchange, false);
  if (client == NULL) return;
  if (token == NULL || repeated_parameter(exchange->form) != NULL) {
    answer_error(exchange, 400, "invalid_request", "token is missing, or a parameter is there twice");
    return;
  }
  const char *client_id = text_of(client, "client_id");
  const json_t *grant = grant_of_refresh_token(issuer, token, &grant_id, &reused);
  const json_t *record = access_token_find(issuer, token);
  const char *owner = text_of(json_object_get(record, "claims"), "client_id");
  if (grant != NULL && strcmp(text_of(grant, "client_id"), client_id) == 0) {
    grant_remove(issuer, grant_id);
    log_event("a login is revoked");
  } else if (owner != NULL && strcmp(owner, client_id) == 0) {
    access_token_remove(issuer, token);
    log_event("an access token is revoked");
  }
  answer_text(exchange, 200, "");
}
