/*
 * metadata.c: what the issuer publishes about itself: metadata (RFC 8414) and keys (RFC 7517).
 */
#include "issuer.h"

/* NAME: URL of a path of this issuer. */
static int set_url(const struct issuer *issuer, json_t *metadata, const char *name, const char *path) {
  char url[128];
  snprintf(url, sizeof url, "%s%s", issuer->url, path);
  return json_object_set_new(metadata, name, json_string(url));
}

static json_t *scopes_supported(const struct issuer *issuer) {
  json_t *scopes = json_array();
  for (size_t i = 0; i < issuer->options.scope_count; i++)
    json_array_append_new(scopes, json_string(issuer->options.scopes[i]));
  return scopes;
}

void send_metadata(struct issuer *issuer, struct exchange *exchange) {
  json_t *metadata =
      json_pack("{s:s, s:[s], s:[s], s:[sss], s:[s], s:[sss], s:[ss], s:b, s:b, s:[ss]}", "issuer", issuer->url,
                "response_types_supported", "code", "response_modes_supported", "query", "grant_types_supported",
                "authorization_code", "refresh_token", "client_credentials", "code_challenge_methods_supported", "S256",
                "token_endpoint_auth_methods_supported", "none", "client_secret_basic", "client_secret_post",
                "introspection_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post",
                "authorization_response_iss_parameter_supported", 1, "client_id_metadata_document_supported", 1,
                "dpop_signing_alg_values_supported", algorithm_name(ES256), algorithm_name(RS256));
  const bool ok = set_url(issuer, metadata, "authorization_endpoint", "/authorize") == 0 &&
                  set_url(issuer, metadata, "token_endpoint", "/token") == 0 &&
                  set_url(issuer, metadata, "registration_endpoint", "/register") == 0 &&
                  set_url(issuer, metadata, "revocation_endpoint", "/revoke") == 0 &&
                  set_url(issuer, metadata, "introspection_endpoint", "/introspect") == 0 &&
                  set_url(issuer, metadata, "jwks_uri", "/jwks") == 0 &&
                  (issuer->options.scope_count == 0 ||
                   json_object_set_new(metadata, "scopes_supported", scopes_supported(issuer)) == 0);
  if (!ok) {
    json_decref(metadata);
    metadata = NULL;
  }
  answer_json(exchange, 200, metadata);
}

void send_key_set(struct issuer *issuer, struct exchange *exchange) { answer_json(exchange, 200, key_set(issuer)); }
