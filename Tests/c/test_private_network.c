/* What is http on purpose: a resource in a private network, an issuer's keys within a cluster. */
#include <stdlib.h>

#include "fixture.h"
#include "key_server.h"

/* Any address of this machine, which is not loopback by its spelling. */
static char *elsewhere(const key_server *server, const char *path) {
  const char *url = key_server_url(server), *port = strrchr(url, ':');
  return format("http://0.0.0.0%s%s", port, path);
}

typedef enum { NO_HTTP, ON_LOOPBACK, ANYWHERE } reach;

/* What a good token gets whose keys are at uri; with metadata there, they are where it says. */
static mcpauth_result judged(reach http, const char *jwks_uri, const char *metadata_url) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  mcpauth_verifier *verifier;
  mcpauth_error *error;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  if (http == ANYWHERE) CHECK_RESULT(mcpauth_issuer_dangerous_allow_http(issuer), MCPAUTH_OK);
  if (http != NO_HTTP) CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  if (jwks_uri) CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, jwks_uri), MCPAUTH_OK);
  if (metadata_url) CHECK_RESULT(mcpauth_issuer_set_metadata_url(issuer, metadata_url), MCPAUTH_OK);
  mcpauth_result result = mcpauth_verifier_new(config, &verifier, &error);
  if (result == MCPAUTH_OK) result = verify_claims(verifier, NULL);
  mcpauth_error_free(error);
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
  return result;
}

static void A22_keys_come_over_http_only_where_that_was_asked_for(void) {
  key_server *server = key_server_start();
  char *keys = elsewhere(server, "/jwks"), *metadata = elsewhere(server, "/metadata"), *loopback;
  char *document = format("{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"%s\"}", keys);
  loopback = format("%s/jwks", key_server_url(server));
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  key_server_route(server, "/metadata", 200, document, NULL);
  CHECK_RESULT(judged(NO_HTTP, keys, NULL), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK_RESULT(judged(ON_LOOPBACK, keys, NULL), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK_RESULT(judged(ON_LOOPBACK, NULL, metadata), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK_INT(key_server_hits(server, NULL), 0);
  CHECK_RESULT(judged(ANYWHERE, keys, NULL), MCPAUTH_OK);
  CHECK_RESULT(judged(ANYWHERE, NULL, metadata), MCPAUTH_OK);
  CHECK_RESULT(judged(ANYWHERE, loopback, NULL), MCPAUTH_OK);
  free(loopback);
  free(document);
  free(metadata);
  free(keys);
  key_server_stop(server);
}

static void A22_a_redirect_is_not_followed_there_either(void) {
  key_server *server = key_server_start();
  char *moved = elsewhere(server, "/moved"), *keys = elsewhere(server, "/jwks");
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  key_server_route(server, "/moved", 302, "", keys);
  CHECK_RESULT(judged(ANYWHERE, moved, NULL), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK_INT(key_server_hits(server, "/jwks"), 0);
  free(keys);
  free(moved);
  key_server_stop(server);
}

/* Answers for every URL with metadata that names keys over http. */
static mcpauth_result serve_metadata(void *userdata, const mcpauth_fetch_request *request,
                                     mcpauth_fetch_response *response) {
  const char *body = userdata;
  if (strstr(request->url.data, "/jwks") != NULL) body = fixture_jwks();
  CHECK_RESULT(mcpauth_fetch_response_set_status(response, 200), MCPAUTH_OK);
  return mcpauth_fetch_response_append_body(response, body, strlen(body));
}

static void A22_what_came_over_https_never_leads_to_http(void) {
  static char over_http[] = "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"http://keys.internal/jwks\"}";
  static char over_https[] = "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"https://keys.internal/jwks\"}";
  const struct {
    char *document;
    const char *metadata_url;
    mcpauth_result expected;
  } rows[] = {{over_http, NULL, MCPAUTH_ERR_METADATA_INVALID},
              {over_https, NULL, MCPAUTH_OK},
              {over_http, "https://auth.example.com/metadata", MCPAUTH_ERR_METADATA_INVALID},
              {over_http, "http://auth.internal/metadata", MCPAUTH_OK},
              {over_https, "http://auth.internal/metadata", MCPAUTH_OK}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_config *config;
    mcpauth_issuer *issuer;
    CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_issuer_dangerous_allow_http(issuer), MCPAUTH_OK);
    if (rows[i].metadata_url) CHECK_RESULT(mcpauth_issuer_set_metadata_url(issuer, rows[i].metadata_url), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_set_fetch(config, serve_metadata, rows[i].document, NULL), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    CHECK_RESULT(verify_claims(verifier, NULL), rows[i].expected);
    mcpauth_verifier_free(verifier);
  }
}

#define DEVICE "http://raspberrypi.local:8080/mcp"

static mcpauth_result handled(const mcpauth_verifier *verifier, const char *token, const char *host) {
  char *bearer = format("Bearer %s", token);
  mcpauth_header fields[] = {{{"Host", 4}, {host, strlen(host)}}, {{"Authorization", 13}, {bearer, strlen(bearer)}}};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info;
  request.method = (mcpauth_str){"GET", 3};
  request.path = (mcpauth_str){"/mcp", 4};
  request.headers = fields;
  request.header_count = 2;
  mcpauth_result result = mcpauth_handle(verifier, &request, &info, NULL);
  mcpauth_authinfo_free(info);
  free(bearer);
  return result;
}

static void a_device_may_be_an_http_resource(void) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(DEVICE, &config), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)),
                 "mcpauth_config_dangerous_new_with_http_resource");
  mcpauth_config_free(config);
  CHECK_RESULT(mcpauth_config_dangerous_new_with_http_resource("http://Raspberrypi.local", &config),
               MCPAUTH_ERR_INVALID_ARGUMENT);
  mcpauth_config_free(config);
  CHECK_RESULT(mcpauth_config_dangerous_new_with_http_resource(DEVICE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  char *token = fixture_token("{\"aud\":\"" DEVICE "\"}");
  CHECK_RESULT(handled(verifier, token, "raspberrypi.local:8080"), MCPAUTH_OK);
  /* A52: no TLS keeps a page that rebinds its name away. */
  CHECK_RESULT(handled(verifier, token, "evil.example.com"), MCPAUTH_ERR_HOST_NOT_ALLOWED);
  CHECK_RESULT(handled(verifier, token, "127.0.0.1:8080"), MCPAUTH_ERR_HOST_NOT_ALLOWED);
  free(token);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(A22_keys_come_over_http_only_where_that_was_asked_for),
           CASE(A22_a_redirect_is_not_followed_there_either), CASE(A22_what_came_over_https_never_leads_to_http),
           CASE(a_device_may_be_an_http_resource))
