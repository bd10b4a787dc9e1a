/* The protected resource metadata (RFC 9728): where it is, how it answers each method, what it says. */
#include <stdlib.h>

#include "fixture.h"

#define WELL_KNOWN "/.well-known/oauth-protected-resource"

static mcpauth_verifier *verifier_of(const char *resource) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(resource, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, NULL), MCPAUTH_OK);
  return fixture_verifier(config);
}

/* NULL when the path is not the document's. */
static mcpauth_response *ask(const mcpauth_verifier *verifier, const char *method, const char *path) {
  mcpauth_response *response = (mcpauth_response *)0x1;
  CHECK_RESULT(mcpauth_well_known(verifier, method, strlen(method), path, strlen(path), &response), MCPAUTH_OK);
  return response;
}

static void check_path(const char *resource, const char *path, int found) {
  mcpauth_verifier *verifier = verifier_of(resource);
  mcpauth_response *response = ask(verifier, "GET", path);
  if ((response != NULL) != found) CHECK_FAIL("%s of %s is %s", path, resource, response ? "found" : "not found");
  if (response) CHECK_INT(mcpauth_response_status(response), 200);
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);
}

static void the_path_follows_the_resource(void) {
  check_path("https://a.example.com/mcp", WELL_KNOWN "/mcp", 1);
  check_path("https://a.example.com/mcp", WELL_KNOWN "/mcp?x=1", 1);
  check_path("https://a.example.com/a/b", WELL_KNOWN "/a/b", 1);
  check_path("https://a.example.com", WELL_KNOWN, 1);
  check_path("https://a.example.com/", WELL_KNOWN, 1); /* "/" adds nothing */
  check_path("https://a.example.com/mcp", "/mcp", 0);
  check_path("https://a.example.com/mcp", "/", 0);
  check_path("https://a.example.com/mcp", "", 0);
  check_path("https://a.example.com/mcp", WELL_KNOWN "/mcp/", 0);
  check_path("https://a.example.com/mcp", WELL_KNOWN "/mcp2", 0);
  check_path("https://a.example.com/mcp", WELL_KNOWN "/MCP", 0);
  check_path("https://a.example.com/mcp", "/.well-known/oauth-protected-resourc", 0);
  check_path("https://a.example.com/mcp", "/x" WELL_KNOWN "/mcp", 0);
  check_path("https://a.example.com/mcp", "/.well-known/oauth-authorization-server", 0);
}

/*
 * A host may pass the path as it was received or decoded, and a client may spell an escape in lower case: it is the same
 * document (RFC 3986 section 6.2.2). It is public, so that answering more spellings gives nothing away.
 */
static void an_escape_in_the_path_may_be_spelled_otherwise(void) {
  static const char resource[] = "https://a.example.com/r/arn%3Aaws%3Ax";
  check_path(resource, WELL_KNOWN "/r/arn%3Aaws%3Ax", 1);
  check_path(resource, WELL_KNOWN "/r/arn%3aaws%3ax", 1);
  check_path(resource, WELL_KNOWN "/r/arn:aws:x", 1);
  check_path(resource, WELL_KNOWN "/r/arn%3aaws:x?y=%3A", 1);
  check_path(resource, "/%2ewell-known/oauth-protected-resource/r/arn%3Aaws%3Ax", 1);
  check_path(resource, WELL_KNOWN "/%72/arn%3Aaws%3Ax", 1);
  check_path(resource, WELL_KNOWN "/r/arn%3Aaws%3AX", 0);
  check_path(resource, WELL_KNOWN "/r/arn%253Aaws%253Ax", 0);
  check_path(resource, WELL_KNOWN "/r/arn%3Aaws%3Ax%", 0);
  check_path(resource, WELL_KNOWN "/r/arn%3Aaws%3Ax%0", 0);
  check_path(resource, WELL_KNOWN "/r/arn%3Aaws%3Ax%00", 0);
  check_path("https://a.example.com/mcp", WELL_KNOWN "/%6d%63%70", 1);
  check_path("https://a.example.com/%C3%BC", WELL_KNOWN "/\xc3\xbc", 1);
  check_path("https://a.example.com/mcp", WELL_KNOWN "/mcp%3Fx", 0);
}

static void path_and_method_are_not_read_past_their_ends(void) {
  mcpauth_verifier *verifier = verifier_of("https://a.example.com");
  mcpauth_response *response = NULL;
  CHECK_RESULT(mcpauth_well_known(verifier, "GETX", 3, WELL_KNOWN "/more", strlen(WELL_KNOWN), &response), MCPAUTH_OK);
  CHECK(response != NULL);
  CHECK_INT(mcpauth_response_status(response), 200);
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);
}

static void check_cors(const mcpauth_response *response) {
  CHECK_STR(response_header(response, "Access-Control-Allow-Origin"), "*");
  CHECK_STR(response_header(response, "Access-Control-Allow-Methods"), "GET, OPTIONS");
  CHECK_STR(response_header(response, "Access-Control-Allow-Headers"), "*");
}

static void get_gives_the_document(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_issuer(config, "https://second.example.com", NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:write"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_response *response = ask(verifier, "GET", WELL_KNOWN "/mcp");
  REQUIRE(response != NULL);
  CHECK_INT(mcpauth_response_status(response), 200);
  CHECK_STR(response_header(response, "Content-Type"), "application/json");
  check_cors(response);
  CHECK_JSON(mcpauth_response_body(response),
             "{\"resource\":\"" RESOURCE "\",\"authorization_servers\":[\"" ISSUER
             "\",\"https://second.example.com\"],"
             "\"scopes_supported\":[\"mcp:read\",\"mcp:write\"],\"bearer_methods_supported\":[\"header\"]}");
  CHECK(mcpauth_response_error(response) == NULL);
  CHECK_STR(response_header(response, "WWW-Authenticate"), "");

  mcpauth_response *head = ask(verifier, "HEAD", WELL_KNOWN "/mcp");
  CHECK_INT(mcpauth_response_status(head), 200);
  CHECK_STR(response_header(head, "Content-Type"), "application/json");
  check_cors(head);
  CHECK_STR(mcpauth_response_body(head), ""); /* RFC 9110 section 9.3.2 */
  mcpauth_verifier_free(verifier);            /* responses outlive it */
  CHECK_CONTAINS(mcpauth_response_body(response), RESOURCE);
  mcpauth_response_free(response);
  mcpauth_response_free(head);
}

/* Members without a value are left out. */
static void without_scopes_the_document_names_none(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_response *response = ask(verifier, "GET", WELL_KNOWN "/mcp");
  CHECK(strstr(mcpauth_response_body(response).data, "scopes_supported") == NULL);
  CHECK(strstr(mcpauth_response_body(response).data, "null") == NULL);
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);
}

static void options_answers_a_preflight(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_response *response = ask(verifier, "OPTIONS", WELL_KNOWN "/mcp");
  REQUIRE(response != NULL);
  CHECK_INT(mcpauth_response_status(response), 204);
  CHECK_STR(mcpauth_response_body(response), "");
  check_cors(response);
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);
}

static void other_methods_are_not_allowed(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  static const char *const methods[] = {"POST", "PUT", "DELETE", "get", "GETT", "GE", ""};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    mcpauth_response *response = ask(verifier, methods[i], WELL_KNOWN "/mcp");
    REQUIRE(response != NULL);
    if (mcpauth_response_status(response) != 405)
      CHECK_FAIL("%s gives %d", methods[i], mcpauth_response_status(response));
    CHECK_CONTAINS(response_header(response, "Allow"), "GET");
    mcpauth_response_free(response);
    CHECK(ask(verifier, methods[i], "/mcp") == NULL);
  }
  mcpauth_verifier_free(verifier);
}

/* The path in the challenge and the path that is answered are the same. */
static void the_challenge_leads_to_the_document(void) {
  static const char *const resources[] = {"https://a.example.com", "https://a.example.com/",
                                          "https://a.example.com:8443/x/y", "http://127.0.0.1:8080/mcp"};
  for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
    mcpauth_verifier *verifier = verifier_of(resources[i]);
    mcpauth_request request = MCPAUTH_REQUEST_INIT;
    mcpauth_authinfo *info;
    mcpauth_response *denial = NULL;
    CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, &denial), MCPAUTH_ERR_MISSING_AUTH_HEADER);
    char *url = challenge_param(response_header(denial, "WWW-Authenticate").data, "resource_metadata");
    REQUIRE(url != NULL);
    size_t origin_len = strcspn(resources[i] + 8, "/") + 8;
    CHECK(strncmp(url, resources[i], origin_len) == 0);
    mcpauth_response *response = ask(verifier, "GET", url + origin_len);
    if (response == NULL) CHECK_FAIL("%s is not the document of %s", url, resources[i]);
    mcpauth_response_free(response);
    mcpauth_response_free(denial);
    mcpauth_verifier_free(verifier);
    free(url);
  }
}

/* ---- what a configuration adds ---------------------------------------------------------------------------------- */

static void further_members(void) {
  static const char members[] =
      "{\"resource_name\":\"Files\",\"resource_documentation\":\"https://a.example.com/doc\"}";
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_resource_metadata_json(config, "{\"resource_name\":\"Old\"}", 23), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_resource_metadata_json(config, members, strlen(members)), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_response *response = ask(verifier, "GET", WELL_KNOWN "/mcp");
  CHECK_JSON(mcpauth_response_body(response), "{\"resource\":\"" RESOURCE "\",\"authorization_servers\":[\"" ISSUER
                                              "\"],"
                                              "\"bearer_methods_supported\":[\"header\"],\"resource_name\":\"Files\","
                                              "\"resource_documentation\":\"https://a.example.com/doc\"}");
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);
}

static void members_that_are_refused(void) {
  static const char *const bad[] = {"[]",
                                    "{",
                                    "",
                                    "{\"resource\":\"https://evil.example.com\"}",
                                    "{\"authorization_servers\":[]}",
                                    "{\"scopes_supported\":[\"x\"]}",
                                    "{\"a\":1,\"a\":2}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mcpauth_config *config = fixture_config(NULL);
    mcpauth_result result = mcpauth_config_set_resource_metadata_json(config, bad[i], strlen(bad[i]));
    if (result != MCPAUTH_ERR_INVALID_ARGUMENT) CHECK_FAIL("%s: %s", bad[i], mcpauth_result_name(result));
    mcpauth_config_free(config);
  }
}

static void at_the_root_too(void) {
  for (int at_root = 0; at_root < 2; at_root++) {
    mcpauth_config *config = fixture_config(NULL);
    if (at_root) CHECK_RESULT(mcpauth_config_serve_metadata_at_root(config), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    mcpauth_response *root = ask(verifier, "GET", WELL_KNOWN), *own = ask(verifier, "GET", WELL_KNOWN "/mcp");
    CHECK((root != NULL) == at_root);
    CHECK(own != NULL);
    if (root) CHECK_STR(mcpauth_response_body(root), mcpauth_response_body(own).data);
    mcpauth_response_free(root);
    mcpauth_response_free(own);
    mcpauth_verifier_free(verifier);
  }
}

/* The challenge's resource_metadata is url, and the document is found at each of paths, the last of which is NULL. */
static void check_published(const char *resource, const char *url, const char *const *paths) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(resource, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_metadata_url(config, url), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_response *denial = NULL;
  mcpauth_authinfo *info;
  CHECK_RESULT(authorize_header(verifier, "Bearer", &info, &denial), MCPAUTH_ERR_MISSING_BEARER_TOKEN);
  char *told = challenge_param(response_header(denial, "WWW-Authenticate").data, "resource_metadata");
  if (told == NULL || strcmp(told, url) != 0) CHECK_FAIL("%s is told, not %s", told ? told : "nothing", url);
  for (; *paths; paths++) {
    mcpauth_response *response = ask(verifier, "GET", *paths);
    if (response == NULL) CHECK_FAIL("%s of %s is not found", *paths, url);
    char *named = json_member(mcpauth_response_body(response), "resource");
    CHECK(named && strcmp(named, resource) == 0);
    free(named);
    mcpauth_response_free(response);
  }
  free(told);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* "/tools" is what the gateway strips, or "/v1/tools", or nothing. */
static void behind_a_gateway_the_metadata_has_a_url_of_its_own(void) {
  check_published("https://a.example.com/tools/mcp", "https://a.example.com/tools" WELL_KNOWN,
                  (const char *const[]){WELL_KNOWN "/tools/mcp", "/tools" WELL_KNOWN, WELL_KNOWN, NULL});
  check_published("https://a.example.com/v1/tools/mcp", "https://a.example.com/v1/tools/meta.json",
                  (const char *const[]){"/v1/tools/meta.json", "/tools/meta.json", "/meta.json?x",
                                        WELL_KNOWN "/v1/tools/mcp", NULL});
  check_published("https://a.example.com/mcp", "https://docs.example.com/a/b",
                  (const char *const[]){"/a/b", WELL_KNOWN "/mcp", NULL});
  check_published("http://127.0.0.1:8000/mcp", "http://127.0.0.1:8000/x",
                  (const char *const[]){"/x", WELL_KNOWN "/mcp", NULL});
}

static void a_metadata_url_that_nobody_could_use_is_refused(void) {
  static const char *const bad[] = {"",
                                    "/x",
                                    "http://a.example.com/x",
                                    "https://a.example.com",
                                    "https://a.example.com/",
                                    "https://a.example.com/x?y",
                                    "https://a.example.com/x/../y",
                                    "https://A.example.com/x",
                                    "https://a.example.com/x#y",
                                    RESOURCE};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_set_metadata_url(config, bad[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), "metadata URL");
    mcpauth_config_free(config);
  }
  check_path(RESOURCE, "/x", 0);
}

#define SERVER_PATH "/.well-known/oauth-authorization-server"

/* For clients of MCP revision 2025-03-26. */
static void the_authorization_servers_metadata(void) {
  static const char good[] = "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/authorize\"}";
  static const char other[] = "{\"issuer\":\"https://other.example.com\"}";
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_serve_authorization_server_metadata_json(config, good, strlen(good)), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_response *response = ask(verifier, "GET", SERVER_PATH);
  REQUIRE(response != NULL);
  CHECK_INT(mcpauth_response_status(response), 200);
  CHECK_JSON(mcpauth_response_body(response), good);
  check_cors(response);
  mcpauth_response_free(response);
  mcpauth_verifier_free(verifier);

  config = fixture_config(NULL); /* of an issuer that is not trusted */
  mcpauth_result result = mcpauth_config_serve_authorization_server_metadata_json(config, other, strlen(other));
  if (result == MCPAUTH_OK) result = mcpauth_verifier_new(config, &verifier, NULL);
  CHECK(result != MCPAUTH_OK);
  mcpauth_config_free(config);
}

/* A host with a CORS policy of its own adds its fields itself: a second Access-Control-Allow-Origin breaks both. */
static void cross_origin_headers_can_be_left_to_the_host(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_disable_cross_origin_headers(config), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "POST"};
  static const int statuses[] = {200, 200, 204, 405};
  mcpauth_response *responses[6] = {NULL};
  mcpauth_authinfo *info;
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  for (size_t i = 0; i < 4; i++) {
    responses[i] = ask(verifier, methods[i], WELL_KNOWN "/mcp");
    CHECK_INT(mcpauth_response_status(responses[i]), statuses[i]);
  }
  CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, &responses[4]), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  CHECK(response_header(responses[4], "WWW-Authenticate").len > 0);
  request.size = 1;
  CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, &responses[5]), MCPAUTH_ERR_INVALID_ARGUMENT);
  for (size_t i = 0; i < 6; i++) {
    for (size_t j = 0; j < mcpauth_response_header_count(responses[i]); j++) {
      const char *name = mcpauth_response_header_name(responses[i], j).data;
      if (strncmp(name, "Access-Control-", 15) == 0) CHECK_FAIL("response %zu has %s", i, name);
    }
    mcpauth_response_free(responses[i]);
  }
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(the_path_follows_the_resource), CASE(an_escape_in_the_path_may_be_spelled_otherwise),
           CASE(path_and_method_are_not_read_past_their_ends), CASE(get_gives_the_document),
           CASE(without_scopes_the_document_names_none), CASE(options_answers_a_preflight),
           CASE(other_methods_are_not_allowed), CASE(the_challenge_leads_to_the_document), CASE(further_members),
           CASE(members_that_are_refused), CASE(at_the_root_too),
           CASE(behind_a_gateway_the_metadata_has_a_url_of_its_own),
           CASE(a_metadata_url_that_nobody_could_use_is_refused), CASE(the_authorization_servers_metadata),
           CASE(cross_origin_headers_can_be_left_to_the_host))
