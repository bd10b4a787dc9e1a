/* Settings: what each accepts, that a failure is kept, and that a verifier is a snapshot. */
#include <stdlib.h>

#include "vectors.h"

/* ---- which texts are accepted ----------------------------------------------------------------------------------- */

static char *repeated(const char *prefix, char letter, size_t total) {
  char *text = malloc(total + 1);
  size_t len = strlen(prefix);
  memcpy(text, prefix, len);
  memset(text + len, letter, total - len);
  text[total] = '\0';
  return text;
}

static void check_resource(const char *resource, mcpauth_result expected) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *error = NULL;
  mcpauth_result result = mcpauth_config_new(resource, &config);
  if (result != expected) CHECK_FAIL("resource \"%s\" gives %s", resource, mcpauth_result_name(result));
  REQUIRE(config != NULL); /* a bad resource still gives one */
  CHECK((mcpauth_config_error(config) != NULL) == (expected != MCPAUTH_OK));
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, &error), expected);
  CHECK((verifier != NULL) == (expected == MCPAUTH_OK));
  mcpauth_verifier_free(verifier);
  mcpauth_error_free(error);
  mcpauth_config_free(config);
}

static void check_good_resource(const json_t *url, void *unused) {
  (void)unused;
  check_resource(json_string_value(url), MCPAUTH_OK);
}

static void check_bad_resource(const json_t *url, void *unused) {
  (void)unused;
  check_resource(json_string_value(url), MCPAUTH_ERR_INVALID_ARGUMENT);
}

/*
 * Clients ask for a resource by its normal form (RFC 3986 section 6.2.2) and compare it with what the metadata says: any
 * other spelling would be found out by each of them, one login too late.
 */
static void check_spelled_resource(const json_t *row, void *unused) {
  (void)unused;
  mcpauth_config *config = NULL;
  char *quoted = format("\"%s\"", row_text(row, "normal"));
  CHECK_RESULT(mcpauth_config_new(row_text(row, "url"), &config), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), quoted);
  mcpauth_config_free(config);
  check_resource(row_text(row, "normal"), MCPAUTH_OK);
  free(quoted);
}

static void resources(void) {
  json_t *table = vector_table("urls");
  check_rows(table, "resources", check_good_resource, NULL);
  check_rows(table, "spelled", check_spelled_resource, NULL);
  check_rows(table, "bad_urls", check_bad_resource, NULL);
  check_rows(table, "bad_resources", check_bad_resource, NULL);
  check_rows(table, "not_loopback", check_bad_resource, NULL);
  json_decref(table);
  check_resource("https://mcp.example.com/\xff", MCPAUTH_ERR_INVALID_ARGUMENT);
  char *longest = repeated("https://mcp.example.com/", 'a', 2048),
       *longer = repeated("https://mcp.example.com/", 'a', 2049);
  check_resource(longest, MCPAUTH_OK);
  check_resource(longer, MCPAUTH_ERR_INVALID_ARGUMENT);
  free(longest);
  free(longer);
}

typedef mcpauth_result (*text_setter)(mcpauth_config *config, mcpauth_issuer *issuer, const char *text);

static mcpauth_result set_issuer(mcpauth_config *config, mcpauth_issuer *issuer, const char *text) {
  (void)issuer;
  return mcpauth_config_add_issuer(config, text, NULL);
}
static mcpauth_result set_audience(mcpauth_config *config, mcpauth_issuer *issuer, const char *text) {
  (void)issuer;
  return mcpauth_config_add_audience(config, text);
}
static mcpauth_result set_scope(mcpauth_config *config, mcpauth_issuer *issuer, const char *text) {
  (void)issuer;
  return mcpauth_config_add_required_scope(config, text);
}
static mcpauth_result set_algorithms(mcpauth_config *config, mcpauth_issuer *issuer, const char *text) {
  (void)config;
  return mcpauth_issuer_set_algorithms(issuer, text);
}

/* The setter alone in a fresh configuration, and whether a verifier comes out of it. */
static void check_text(const char *what, text_setter set, const char *text, mcpauth_result expected) {
  mcpauth_issuer *issuer;
  mcpauth_verifier *verifier = NULL;
  mcpauth_config *config = fixture_config(&issuer);
  mcpauth_result result = set(config, issuer, text);
  if (result != expected) CHECK_FAIL("%s \"%.80s\" gives %s", what, text, mcpauth_result_name(result));
  result = mcpauth_verifier_new(config, &verifier, NULL);
  if (result != expected) CHECK_FAIL("a verifier with %s \"%.80s\" gives %s", what, text, mcpauth_result_name(result));
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
}

#define CHECK_TEXTS(what, set, texts, expected) \
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_text(what, set, texts[i], expected)

static void issuers(void) {
  static const char *const good[] = {"https://other.example.com", "https://auth.example.com/",
                                     "https://AUTH.example.com", "https://other.example.com/tenant/v2.0"};
  static const char *const bad[] = {"",
                                    "other.example.com",
                                    "urn:issuer",
                                    "https://user@other.example.com",
                                    "https://other.example.com?tenant=1",
                                    "https://other.example.com#part",
                                    "https://other.example.com/\r\nX: y",
                                    "https://other.example.com/\xc3"};
  CHECK_TEXTS("issuer", set_issuer, good, MCPAUTH_OK);
  CHECK_TEXTS("issuer", set_issuer, bad, MCPAUTH_ERR_INVALID_ARGUMENT);
  char *longer = repeated("https://other.example.com/", 'a', 2049);
  check_text("issuer", set_issuer, longer, MCPAUTH_ERR_INVALID_ARGUMENT);
  check_text("issuer", set_issuer, ISSUER, MCPAUTH_ERR_INVALID_CONFIG); /* a second time */
  free(longer);
}

static void audiences(void) {
  static const char *const good[] = {RESOURCE, "api://3fa85f64-5717-4562-b3fc-2c963f66afa6", "client-1", "urn:x:y"};
  static const char *const bad[] = {"", "a\r\nb", "a\x7f", "\xff"};
  CHECK_TEXTS("audience", set_audience, good, MCPAUTH_OK);
  CHECK_TEXTS("audience", set_audience, bad, MCPAUTH_ERR_INVALID_ARGUMENT);
}

static void scopes(void) {
  static const char *const good[] = {"mcp:read", "https://example.com/scope", "!#[]~"};
  static const char *const bad[] = {"", " ", "mcp:read mcp:write", "a\tb", "a\"b", "a\\b", "a\r\nb", "\xc3\xa9"};
  CHECK_TEXTS("scope", set_scope, good, MCPAUTH_OK);
  CHECK_TEXTS("scope", set_scope, bad, MCPAUTH_ERR_INVALID_ARGUMENT);
}

static void check_list_of_algorithms(const json_t *row, void *unused) {
  (void)unused;
  check_text("algorithms", set_algorithms, row_text(row, "text"), row_result(row));
}

static void A04_algorithms(void) {
  json_t *table = vector_table("algorithms");
  check_rows(table, "lists", check_list_of_algorithms, NULL);
  json_decref(table);
}

/* ---- how many, how much ----------------------------------------------------------------------------------------- */

static void at_most_100_audiences_each_once(void) {
  mcpauth_config *config = fixture_config(NULL);
  char text[32];
  for (int i = 0; i < 100; i++) {
    snprintf(text, sizeof text, "audience-%d", i);
    CHECK_RESULT(mcpauth_config_add_audience(config, text), MCPAUTH_OK);
  }
  CHECK_RESULT(mcpauth_config_add_audience(config, "one-more"), MCPAUTH_ERR_INVALID_CONFIG);
  mcpauth_config_free(config);

  config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_audience(config, "twice"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_audience(config, "twice"), MCPAUTH_ERR_INVALID_CONFIG);
  mcpauth_config_free(config);
}

static void at_most_1000_scopes(void) {
  mcpauth_config *config = fixture_config(NULL);
  char text[32];
  for (int i = 0; i < 1000; i++) {
    snprintf(text, sizeof text, "scope-%d", i);
    CHECK_RESULT(mcpauth_config_add_required_scope(config, text), MCPAUTH_OK);
  }
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "one-more"), MCPAUTH_ERR_INVALID_CONFIG);
  mcpauth_config_free(config);
}

static void leeway_is_at_most_300_seconds(void) {
  static const struct {
    uint32_t seconds;
    mcpauth_result expected;
  } rows[] = {{0, MCPAUTH_OK},
              {300, MCPAUTH_OK},
              {301, MCPAUTH_ERR_INVALID_ARGUMENT},
              {UINT32_MAX, MCPAUTH_ERR_INVALID_ARGUMENT}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_set_leeway_seconds(config, rows[i].seconds), rows[i].expected);
    mcpauth_config_free(config);
  }
}

/* ---- combinations ----------------------------------------------------------------------------------------------- */

/* No verifier comes out of config, which is freed; the reason contains part. */
static void check_no_verifier(mcpauth_config *config, mcpauth_result expected, const char *part) {
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *error = NULL;
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, &error), expected);
  CHECK(verifier == NULL);
  CHECK_RESULT(mcpauth_error_result(error), expected);
  CHECK_INT(mcpauth_error_http_status(error), 500);
  CHECK_STR(mcpauth_error_code(error), "server_error");
  CHECK_CONTAINS(mcpauth_error_message(error), part);
  mcpauth_error_free(error);
  mcpauth_config_free(config);
}

static void a_verifier_needs_an_issuer(void) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  check_no_verifier(config, MCPAUTH_ERR_INVALID_CONFIG, "mcpauth_config_add_issuer");
}

static void one_source_of_keys_per_issuer(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, ISSUER "/jwks"), MCPAUTH_OK); /* only all settings together tell */
  check_no_verifier(config, MCPAUTH_ERR_INVALID_CONFIG, "jwks_uri");
}

/* Some products put an http URL into iss. It is a name then: nothing is fetched over http. */
static void an_http_issuer_needs_keys_from_elsewhere(void) {
  for (int with_keys = 0; with_keys < 2; with_keys++) {
    mcpauth_config *config;
    mcpauth_issuer *issuer;
    CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_add_issuer(config, "http://adfs.example.com/adfs/services/trust", &issuer), MCPAUTH_OK);
    if (!with_keys) {
      check_no_verifier(config, MCPAUTH_ERR_INVALID_CONFIG, "http://adfs.example.com/adfs/services/trust");
      continue;
    }
    CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    CHECK_RESULT(verify_claims(verifier, "{\"iss\":\"http://adfs.example.com/adfs/services/trust\"}"), MCPAUTH_OK);
    mcpauth_verifier_free(verifier);
  }
}

/* A secret is no public key: without a call that gives one, no verifier for HMAC alone comes out (A2). */
static void A2_hmac_needs_a_secret(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_set_algorithms(issuer, "HS256"), MCPAUTH_OK);
  check_no_verifier(config, MCPAUTH_ERR_INVALID_CONFIG, ISSUER);
}

static void plain_http_is_for_loopback_by_its_own_call(void) {
  static const struct {
    const char *uri;
    int allowed, good;
  } rows[] = {{"https://keys.example.com/jwks", 0, 1},
              {"http://127.0.0.1:1/jwks", 1, 1},
              {"http://localhost:1/jwks", 1, 1},
              {"http://[::1]:1/jwks", 1, 1},
              {"http://127.0.0.1:1/jwks", 0, 0},
              {"http://keys.example.com/jwks", 1, 0},
              {"http://127.0.0.1.example.com/", 1, 0},
              {"file:///etc/passwd", 1, 0},
              {"ftp://keys.example.com/jwks", 1, 0},
              {"https://user@keys.example.com/jwks", 1, 0},
              {"", 1, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_config *config;
    mcpauth_issuer *issuer;
    mcpauth_verifier *verifier = NULL;
    CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
    if (rows[i].allowed) CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
    mcpauth_result set = mcpauth_issuer_set_jwks_uri(issuer, rows[i].uri);
    mcpauth_result made = mcpauth_verifier_new(config, &verifier, NULL);
    if ((made == MCPAUTH_OK) != rows[i].good)
      CHECK_FAIL("%s (%s) gives %s, then %s", rows[i].uri, rows[i].allowed ? "http allowed" : "https only",
                 mcpauth_result_name(set), mcpauth_result_name(made));
    mcpauth_verifier_free(verifier);
    mcpauth_config_free(config);
  }
}

/* ---- a failure is kept ------------------------------------------------------------------------------------------ */

static void the_first_failure_of_a_setter_is_kept(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  CHECK(mcpauth_config_error(config) == NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "two scopes"), MCPAUTH_ERR_INVALID_ARGUMENT);
  const mcpauth_error *first = mcpauth_config_error(config);
  REQUIRE(first != NULL);
  CHECK_RESULT(mcpauth_error_result(first), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_CONTAINS(mcpauth_error_message(first), "two scopes");

  /* a later failure, of another setter and of an issuer, does not replace it; a later success does not heal it */
  CHECK_RESULT(mcpauth_issuer_set_algorithms(issuer, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:read"), MCPAUTH_OK);
  CHECK(mcpauth_config_error(config) == first);
  check_no_verifier(config, MCPAUTH_ERR_INVALID_ARGUMENT, "two scopes");
}

static void an_issuers_failure_is_its_configurations(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_set_algorithms(issuer, "none"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), "none");
  check_no_verifier(config, MCPAUTH_ERR_INVALID_ARGUMENT, "none");
}

/* ---- a snapshot ------------------------------------------------------------------------------------------------- */

static void a_verifier_does_not_follow_its_configuration(void) {
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_verifier *before = NULL, *after = NULL;
  CHECK_RESULT(mcpauth_verifier_new(config, &before, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "admin"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &after, NULL), MCPAUTH_OK);
  mcpauth_config_free(config);
  CHECK_RESULT(verify_claims(before, NULL), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(after, NULL), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  mcpauth_verifier_free(before);
  mcpauth_verifier_free(after);
}

static void texts_are_copied(void) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  char resource[] = RESOURCE, name[] = ISSUER, scope[] = "mcp:read", audience[] = RESOURCE,
       *jwks = format("%s", fixture_jwks());
  CHECK_RESULT(mcpauth_config_new(resource, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, name, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks)), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, scope), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_audience(config, audience), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  memset(resource, 'x', strlen(resource));
  memset(name, 'x', strlen(name));
  memset(scope, 'x', strlen(scope));
  memset(audience, 'x', strlen(audience));
  memset(jwks, 'x', strlen(jwks));
  free(jwks);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
}

/* ---- the settings' meaning -------------------------------------------------------------------------------------- */

static void leeway(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_leeway_seconds(config, 10), MCPAUTH_OK);
  mcpauth_verifier *narrow = fixture_verifier(config), *usual = fixture_verifier(fixture_config(NULL));
  char *expired = format("{\"exp\": %lld}", NOW - 9), *long_expired = format("{\"exp\": %lld}", NOW - 10);
  CHECK_RESULT(verify_claims(narrow, expired), MCPAUTH_OK); /* expired when now >= exp + leeway */
  CHECK_RESULT(verify_claims(narrow, long_expired), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_RESULT(verify_claims(usual, long_expired), MCPAUTH_OK); /* 60 s unless set */
  free(expired);
  free(long_expired);
  mcpauth_verifier_free(narrow);
  mcpauth_verifier_free(usual);
}

static void an_added_audience_replaces_the_resource(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_audience(config, "api://mcp"), MCPAUTH_OK);
  mcpauth_verifier *one = NULL, *both = NULL;
  CHECK_RESULT(mcpauth_verifier_new(config, &one, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_audience(config, RESOURCE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &both, NULL), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(one, "{\"aud\": \"api://mcp\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(one, "{\"aud\": \"" RESOURCE "\"}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  CHECK_RESULT(verify_claims(both, "{\"aud\": \"api://mcp\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(both, "{\"aud\": \"" RESOURCE "\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(both, "{\"aud\": \"api://mc\"}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  mcpauth_verifier_free(one);
  mcpauth_verifier_free(both);
  mcpauth_config_free(config);
}

static void the_audience_check_can_be_disabled(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_dangerous_disable_audience_check(config), MCPAUTH_OK);
  mcpauth_verifier *open = fixture_verifier(config), *usual = fixture_verifier(fixture_config(NULL));
  CHECK_RESULT(verify_claims(open, "{\"aud\": \"https://other.example.com\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(open, "{\"-aud\": 0}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(usual, "{\"aud\": \"https://other.example.com\"}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  CHECK_RESULT(verify_claims(usual, "{\"-aud\": 0}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  mcpauth_verifier_free(open);
  mcpauth_verifier_free(usual);
}

CHECK_MAIN(CASE(resources), CASE(issuers), CASE(audiences), CASE(scopes), CASE(A04_algorithms),
           CASE(at_most_100_audiences_each_once), CASE(at_most_1000_scopes), CASE(leeway_is_at_most_300_seconds),
           CASE(a_verifier_needs_an_issuer), CASE(one_source_of_keys_per_issuer),
           CASE(an_http_issuer_needs_keys_from_elsewhere), CASE(A2_hmac_needs_a_secret),
           CASE(plain_http_is_for_loopback_by_its_own_call), CASE(the_first_failure_of_a_setter_is_kept),
           CASE(an_issuers_failure_is_its_configurations), CASE(a_verifier_does_not_follow_its_configuration),
           CASE(texts_are_copied), CASE(leeway), CASE(an_added_audience_replaces_the_resource),
           CASE(the_audience_check_can_be_disabled))
