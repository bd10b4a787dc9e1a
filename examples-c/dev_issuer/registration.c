/*
 * registration.c: dynamic client registration (RFC 7591). Anybody on this machine may register a client, also a page in
 * a browser; what a client then gets still needs a user who agrees, so grant types without a user are refused here.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_REDIRECT_URIS = 16, MAX_NAME_BYTES = 256 };

static bool is_one_of(const char *value, const char *const *list) {
  for (; value != NULL && *list != NULL; list++) {
    if (strcmp(value, *list) == 0) return true;
  }
  return false;
}

static const char *redirect_uris_problem(const json_t *uris) {
  size_t i = 0;
  const json_t *uri = NULL;
  if (!json_is_array(uris) || json_array_size(uris) == 0) return "redirect_uris is missing: name at least one";
  if (json_array_size(uris) > MAX_REDIRECT_URIS) return "there are more than 16 redirect_uris";
  json_array_foreach(uris, i, uri) {
    if (!json_is_string(uri) || strlen(json_string_value(uri)) != json_string_length(uri) ||
        !redirect_uri_is_acceptable(json_string_value(uri))) {
      return "a redirect URI has to be https, http on loopback, or of an app's own scheme, without fragment and user";
    }
  }
  return NULL;
}

/* An optional array of texts, each in the list. */
static bool holds_only(const json_t *values, const char *const *list) {
  size_t i = 0;
  const json_t *value = NULL;
  if (values == NULL) return true;
  if (!json_is_array(values)) return false;
  json_array_foreach(values, i, value) {
    if (!is_one_of(json_string_value(value), list)) return false;
  }
  return true;
}

/*
 * The client that metadata describes (RFC 7591 section 2), without ID and secret; members that mean nothing here are left
 * out. NULL with error and description when it cannot be.
 */
json_t *client_from_metadata(const json_t *metadata, const char **error, const char **description) {
  static const char *const methods[] = {"none", "client_secret_basic", "client_secret_post", NULL};
  static const char *const grants[] = {"authorization_code", "refresh_token", NULL};
  static const char *const responses[] = {"code", NULL};
  const json_t *method = json_object_get(metadata, "token_endpoint_auth_method");
  json_t *grant_types = json_object_get(metadata, "grant_types");
  const char *name = text_of(metadata, "client_name"), *scope = text_of(metadata, "scope");

  *error = "invalid_redirect_uri";
  *description = redirect_uris_problem(json_object_get(metadata, "redirect_uris"));
  if (*description != NULL) return NULL;
  *error = "invalid_client_metadata";
  if (method != NULL && !is_one_of(json_string_value(method), methods)) {
    *description = "token_endpoint_auth_method has to be none, client_secret_basic or client_secret_post";
  } else if (!holds_only(grant_types, grants)) {
    *description = "grant_types may hold authorization_code and refresh_token";
  } else if (!holds_only(json_object_get(metadata, "response_types"), responses)) {
    *description = "response_types may hold code";
  } else if (name != NULL && strlen(name) > MAX_NAME_BYTES) {
    *description = "client_name is longer than 256 bytes";
  } else if (scope != NULL && scope[0] != '\0' && !scope_is_valid(scope)) {
    *description = "scope is no list of scopes with one blank between them";
  }
  if (*description != NULL) return NULL;
  return json_pack("{s:s, s:O, s:o, s:[s], s:s, s:s*}", "client_name", name != NULL ? name : "a client without a name",
                   "redirect_uris", json_object_get(metadata, "redirect_uris"), "grant_types",
                   grant_types != NULL ? json_deep_copy(grant_types) : json_pack("[s]", "authorization_code"),
                   "response_types", "code", "token_endpoint_auth_method",
                   method != NULL ? json_string_value(method) : "client_secret_basic", "scope", scope);
}

void register_client(struct issuer *issuer, struct exchange *exchange) {
  const char *error = NULL, *description = NULL;
  char id[64], secret[64], digest[64];
  if (exchange->json == NULL) {
    answer_error(exchange, 400, "invalid_client_metadata",
                 "the body is no JSON object, or not said to be application/json");
    return;
  }
  json_t *client = client_from_metadata(exchange->json, &error, &description);
  if (client == NULL) {
    answer_error(exchange, 400, error, description != NULL ? description : "the metadata cannot be kept");
    return;
  }
  const bool has_secret = strcmp(text_of(client, "token_endpoint_auth_method"), "none") != 0;
  bool ok = random_text(id) && json_object_set_new(client, "client_id", json_string(id)) == 0 &&
            json_object_set_new(client, "client_id_issued_at", json_integer(issuer_now(issuer))) == 0;
  json_t *said = ok ? json_deep_copy(client) : NULL; /* the answer has the secret, the record its digest */
  if (ok && has_secret) {
    ok = random_text(secret) && digest_text(secret, digest) &&
         json_object_set_new(client, "client_secret", json_string(digest)) == 0 &&
         json_object_set_new(said, "client_secret", json_string(secret)) == 0 &&
         json_object_set_new(said, "client_secret_expires_at", json_integer(0)) == 0;
  }
  if (ok && said != NULL && store_put(&issuer->clients, id, json_incref(client), issuer_now(issuer), INT64_MAX)) {
    log_event("registered client %s: %s", id, text_of(client, "client_name"));
    answer_json(exchange, 201, said);
    said = NULL;
  } else {
    answer_error(exchange, 500, "server_error", "no memory");
  }
  json_decref(said);
  json_decref(client);
}
