/* Scopes of resources by URI and by template: what a request gets, and what a list may show. */
#include <stdlib.h>

#include "vectors.h"

static mcpauth_str text(const char *from) { return (mcpauth_str){from, strlen(from)}; }

static mcpauth_verifier *ruled_verifier(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_resource_scope(config, "docs://1/public", "read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://{id}/{+rest}", "docs"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://{id}/private/{name}", "owner"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://{id}/private/{name}", "docs"), MCPAUTH_OK);
  return fixture_verifier(config);
}

/* To be freed. */
static char *read_request(const char *uri) {
  json_t *message =
      json_pack("{sssiss,s{ss}}", "jsonrpc", "2.0", "id", 1, "method", "resources/read", "params", "uri", uri);
  char *body = json_dumps(message, 0);
  json_decref(message);
  return body;
}

/* mcpauth_authorize and mcpauth_may_read_resource agree. */
static mcpauth_result read_uri(const mcpauth_verifier *verifier, const char *scope, const char *uri) {
  char *changes = format("{\"scope\":\"%s\"}", scope), *token = fixture_token(changes);
  char *header = format("Bearer %s", token), *body = read_request(uri);
  mcpauth_str field = text(header);
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL, *caller = NULL;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = text("POST");
  request.body = text(body);
  mcpauth_result result = mcpauth_authorize(verifier, &request, &info, NULL);
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &caller, NULL), MCPAUTH_OK);
  CHECK(mcpauth_may_read_resource(verifier, caller, uri, strlen(uri)) == (result == MCPAUTH_OK));
  mcpauth_authinfo_free(caller);
  mcpauth_authinfo_free(info);
  free(body);
  free(header);
  free(token);
  free(changes);
  return result;
}

static void the_most_particular_rule_counts(void) {
  mcpauth_verifier *verifier = ruled_verifier();
  CHECK_RESULT(read_uri(verifier, "read", "docs://1/public"), MCPAUTH_OK);
  CHECK_RESULT(read_uri(verifier, "docs", "docs://1/public"), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(read_uri(verifier, "docs", "docs://1/a/b"), MCPAUTH_OK);
  CHECK_RESULT(read_uri(verifier, "read", "docs://1/a/b"), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(read_uri(verifier, "docs", "docs://1/private/b"), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(read_uri(verifier, "docs owner", "docs://1/private/b"), MCPAUTH_OK);
  CHECK_RESULT(read_uri(verifier, "docs", "docs://1/%70rivate/b"), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(read_uri(verifier, "docs owner", "docs://1/x/../private/b"), MCPAUTH_ERR_INVALID_REQUEST);
  CHECK_RESULT(read_uri(verifier, "", "docs://1"), MCPAUTH_OK);
  CHECK_RESULT(read_uri(verifier, "", "other://1/a"), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
}

static mcpauth_verifier *verifier_of_template(const json_t *template) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, json_string_value(template), "needed"), MCPAUTH_OK);
  return fixture_verifier(config);
}

/* What an SDK lets the template match needs its scope. (What it does not may need it too, when it reads like one.) */
static void check_template(const json_t *row, void *unused) {
  (void)unused;
  mcpauth_verifier *verifier = verifier_of_template(json_object_get(row, "template"));
  const json_t *matching = json_object_get(row, "matching");
  for (size_t i = 0; i < json_array_size(matching); i++) {
    const char *uri = json_string_value(json_array_get(matching, i));
    const mcpauth_result result = read_uri(verifier, "other", uri);
    if (result == MCPAUTH_OK) CHECK_FAIL("%s is open", uri);
  }
  mcpauth_verifier_free(verifier);
}

static void check_bad_template(const json_t *template, void *unused) {
  (void)unused;
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, json_string_value(template), "s"),
               MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), "template");
  mcpauth_config_free(config);
}

static void check_spelling(const json_t *row, void *unused) {
  (void)unused;
  mcpauth_verifier *verifier = verifier_of_template(json_object_get(row, "template"));
  const mcpauth_result with_scope = row_result(row) == MCPAUTH_ERR_INVALID_REQUEST ? row_result(row) : MCPAUTH_OK;
  CHECK_RESULT(read_uri(verifier, "other", row_text(row, "uri")), row_result(row));
  CHECK_RESULT(read_uri(verifier, "needed", row_text(row, "uri")), with_scope);
  mcpauth_verifier_free(verifier);
}

static void A57_templates(void) {
  json_t *table = vector_table("resource-templates");
  check_rows(table, "templates", check_template, NULL);
  check_rows(table, "bad", check_bad_template, NULL);
  check_rows(table, "spellings", check_spelling, NULL);
  json_decref(table);
}

static void a_templates_scope_is_one_word(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://{id}", "two words"),
               MCPAUTH_ERR_INVALID_ARGUMENT);
  mcpauth_config_free(config);
}

static void there_is_a_bound(void) {
  mcpauth_config *config = fixture_config(NULL);
  for (int i = 0; i < 1000; i++) {
    char *template = format("docs://%d/{id}", i);
    CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, template, "s"), MCPAUTH_OK);
    free(template);
  }
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://0/{id}", "another scope"),
               MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://0/{id}", "another"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_resource_template_scope(config, "docs://x/{id}", "s"), MCPAUTH_ERR_INVALID_CONFIG);
  mcpauth_config_free(config);
}

static void templates_are_published(void) {
  mcpauth_verifier *verifier = ruled_verifier();
  mcpauth_response *response = NULL;
  const char *path = "/.well-known/oauth-protected-resource/mcp";
  CHECK_RESULT(mcpauth_well_known(verifier, "GET", 3, path, strlen(path), &response), MCPAUTH_OK);
  CHECK_CONTAINS(mcpauth_response_body(response), "\"scopes_supported\":[\"read\",\"docs\",\"owner\"]");
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(the_most_particular_rule_counts), CASE(A57_templates), CASE(a_templates_scope_is_one_word),
           CASE(there_is_a_bound), CASE(templates_are_published))
