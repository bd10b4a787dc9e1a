/* What operators get: a log, counters, and a report on whether an issuer works with MCP. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "fixture.h"
#include "key_server.h"

/* ---- log -------------------------------------------------------------------------------------------------------- */

typedef struct {
  pthread_mutex_t lock;
  unsigned by_level[5];
  char text[8192]; /* one line for each entry: its level, its message */
} journal;

static void note(void *userdata, mcpauth_log_level level, const char *message, size_t len) {
  journal *entries = userdata;
  CHECK(level >= MCPAUTH_LOG_ERROR && level <= MCPAUTH_LOG_DEBUG);
  CHECK(message[len] == '\0' && strlen(message) == len);
  for (size_t i = 0; i < len; i++) CHECK(message[i] >= 0x20 && message[i] < 0x7F);
  pthread_mutex_lock(&entries->lock);
  entries->by_level[level < 5 ? level : 0]++;
  size_t used = strlen(entries->text);
  snprintf(entries->text + used, sizeof entries->text - used, "%u %s\n", level, message);
  pthread_mutex_unlock(&entries->lock);
}

enum { PATIENCE_MS = 60000 /* for what has to happen at some time: a bound for a test that fails */ };

/* Waits until this much of a level was told, for what is told on a thread of the library. */
static void expect_entries(journal *entries, mcpauth_log_level level, unsigned count) {
  unsigned seen = 0;
  for (int i = 0; i < PATIENCE_MS / 10; i++) {
    pthread_mutex_lock(&entries->lock);
    seen = entries->by_level[level];
    pthread_mutex_unlock(&entries->lock);
    if (seen >= count && i > 5) break;
    nanosleep(&(struct timespec){0, 10 * 1000000}, NULL);
  }
  if (seen != count) CHECK_FAIL("level %u has %u entries, not %u:\n%s", level, seen, count, entries->text);
}

/* keys: a JWKS URI. Keys live for a second, so that refreshes can be seen. */
static mcpauth_config *logging_config(const char *keys, mcpauth_log_level level, journal *entries) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, keys), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_fetch_timeout_ms(issuer, PATIENCE_MS), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_cooldown_seconds(issuer, 1), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_key_lifetime_seconds(issuer, 1, 1), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_log(config, level, note, entries, NULL), MCPAUTH_OK);
  return config;
}

static void verify_and_pause(mcpauth_verifier *verifier) {
  verify_claims(verifier, NULL);
  nanosleep(&(struct timespec){0, 20 * 1000000}, NULL);
}

/* Verifies, which is what starts refreshes, until so many more of them came to their end. */
static void verify_until_refreshed(mcpauth_verifier *verifier, key_server *server, unsigned times) {
  const unsigned before = key_server_hits(server, "/jwks");
  /* One begins when the one before is over, and its outcome is logged by then. */
  for (int i = 0; i < PATIENCE_MS / 20 && key_server_hits(server, "/jwks") <= before + times; i++)
    verify_and_pause(verifier);
  CHECK(key_server_hits(server, "/jwks") > before + times);
}

/* Verifies, which is what starts refreshes, until this much of a level was told. */
static void verify_until(mcpauth_verifier *verifier, journal *entries, mcpauth_log_level level, unsigned count) {
  unsigned seen = 0;
  for (int i = 0; i < PATIENCE_MS / 20 && seen < count; i++) {
    verify_and_pause(verifier);
    pthread_mutex_lock(&entries->lock);
    seen = entries->by_level[level];
    pthread_mutex_unlock(&entries->lock);
  }
}

static void an_outage_is_told_once_and_so_is_its_end(void) {
  journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER};
  key_server *server = key_server_start();
  char *url = format("%s/jwks", key_server_url(server));
  mcpauth_verifier *verifier = fixture_verifier(logging_config(url, MCPAUTH_LOG_INFO, &entries));
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_ERR_KEYS_UNAVAILABLE); /* 404 */
  expect_entries(&entries, MCPAUTH_LOG_ERROR, 1);
  verify_until_refreshed(verifier, server, 1); /* that fails */
  expect_entries(&entries, MCPAUTH_LOG_ERROR, 1);

  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  verify_until(verifier, &entries, MCPAUTH_LOG_INFO, 1);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  expect_entries(&entries, MCPAUTH_LOG_INFO, 1);
  verify_until_refreshed(verifier, server, 1); /* the same keys */
  expect_entries(&entries, MCPAUTH_LOG_INFO, 1);

  key_server_route(server, "/jwks", 500, "{}", NULL);
  verify_until(verifier, &entries, MCPAUTH_LOG_WARNING, 1);
  verify_until_refreshed(verifier, server, 1);
  expect_entries(&entries, MCPAUTH_LOG_WARNING, 1);
  CHECK(strstr(entries.text, "2 the keys at hand are used for") != NULL);
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  verify_until(verifier, &entries, MCPAUTH_LOG_INFO, 2);
  expect_entries(&entries, MCPAUTH_LOG_INFO, 2);
  expect_entries(&entries, MCPAUTH_LOG_ERROR, 1);
  expect_entries(&entries, MCPAUTH_LOG_DEBUG, 0); /* above the level */
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  free(url);
}

static void A25_keys_that_are_not_used_are_told(void) {
  journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER};
  key_server *server = key_server_start();
  char *url = format("%s/jwks", key_server_url(server));
  char *jwks = format("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"evil\\u001b[31m\\nline\"},%s", fixture_jwks() + 9);
  key_server_route(server, "/jwks", 200, jwks, NULL);
  mcpauth_verifier *verifier = fixture_verifier(logging_config(url, MCPAUTH_LOG_WARNING, &entries));
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  expect_entries(&entries, MCPAUTH_LOG_WARNING, 1);
  CHECK(strstr(entries.text, "evil\\x1b[31m\\x0aline") != NULL);
  verify_until_refreshed(verifier, server, 1);
  expect_entries(&entries, MCPAUTH_LOG_WARNING, 1);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  free(url);
  free(jwks);
}

static void verifiers_that_share_keys_and_a_log_tell_it_once(void) {
  journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER}, others = {.lock = PTHREAD_MUTEX_INITIALIZER};
  key_server *server = key_server_start();
  char *url = format("%s/jwks", key_server_url(server));
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  mcpauth_verifier *first = fixture_verifier(logging_config(url, MCPAUTH_LOG_ERROR, &entries));
  mcpauth_verifier *second = fixture_verifier(logging_config(url, MCPAUTH_LOG_INFO, &entries));
  mcpauth_verifier *third = fixture_verifier(logging_config(url, MCPAUTH_LOG_INFO, &entries));
  mcpauth_verifier *fourth = fixture_verifier(logging_config(url, MCPAUTH_LOG_INFO, &others));
  CHECK_RESULT(verify_claims(first, NULL), MCPAUTH_OK);
  expect_entries(&entries, MCPAUTH_LOG_INFO, 1);
  expect_entries(&others, MCPAUTH_LOG_INFO, 1);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  mcpauth_verifier_free(first);
  mcpauth_verifier_free(second);
  mcpauth_verifier_free(third);
  mcpauth_verifier_free(fourth);
  key_server_stop(server);
  free(url);
}

static void each_refusal_is_told_to_who_debugs(void) {
  journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER};
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_log(config, MCPAUTH_LOG_DEBUG, note, &entries, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_authinfo *info;
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"exp\":1}"), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_RESULT(authorize_header(verifier, "Basic eDp5", &info, NULL), MCPAUTH_ERR_INVALID_AUTH_HEADER);
  CHECK_INT(entries.by_level[MCPAUTH_LOG_DEBUG], 2);
  CHECK(strstr(entries.text, "4 401 MCPAUTH_ERR_TOKEN_EXPIRED: the token expired") != NULL);
  CHECK(strstr(entries.text, "4 401 MCPAUTH_ERR_INVALID_AUTH_HEADER: ") != NULL);
  CHECK(strstr(entries.text, "eDp5") == NULL);
  mcpauth_verifier_free(verifier);
}

/* Whose token it was, as far as it says: nothing of it is proven yet, and all of it is quoted. */
static void a_refusal_says_whose_token_it_was(void) {
  journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER};
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_log(config, MCPAUTH_LOG_DEBUG, note, &entries, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token("{\"exp\":1,\"client_id\":\"client\\n7\"}");
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK(strstr(entries.text, "[issuer \"" ISSUER "\", kid \"" KID "\", client \"client\\x0a7\"]") != NULL);
  CHECK(strstr(entries.text, token + strlen(token) - 20) == NULL);
  entries.text[0] = '\0';
  CHECK_RESULT(verify_claims(verifier, "{\"iss\":\"https://evil.example\",\"-client_id\":0}"),
               MCPAUTH_ERR_ISSUER_MISMATCH);
  CHECK(strstr(entries.text, "401 MCPAUTH_ERR_ISSUER_MISMATCH: ") != NULL);
  CHECK(strstr(entries.text, "[issuer \"https://evil.example\", kid \"" KID "\"]") != NULL);
  entries.text[0] = '\0';
  CHECK_RESULT(verify_claims(verifier, "{\"iss\":7,\"client_id\":[]}"), MCPAUTH_ERR_CLAIM_INVALID);
  CHECK(strstr(entries.text, "[kid \"" KID "\"]") != NULL);
  entries.text[0] = '\0';
  CHECK_RESULT(verify_result(verifier, "nonsense"), MCPAUTH_ERR_TOKEN_MALFORMED);
  CHECK(strchr(entries.text, '[') == NULL);
  mcpauth_verifier_free(verifier);
  free(token);
}

/* Two keys of one kid: neither is used, and the operator hears of it when they come, not when a token fails. */
static void an_ambiguous_key_set_is_logged(void) {
  key_server *server = key_server_start();
  char *url = format("%s/jwks", key_server_url(server)), *own = signing_key_jwk(fixture_key(), KID, "ES256", NULL);
  signing_key *other = signing_key_ec("P-256");
  char *foreign = signing_key_jwk(other, KID, "ES256", NULL), *jwks = format("{\"keys\":[%s,%s]}", own, foreign);
  char *twice = format("{\"keys\":[%s,%s]}", own, own);
  for (int is_same = 0; is_same < 2; is_same++) {
    journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER};
    key_server_route(server, "/jwks", 200, is_same ? twice : jwks, NULL);
    mcpauth_verifier *verifier = fixture_verifier(logging_config(url, MCPAUTH_LOG_WARNING, &entries));
    CHECK_RESULT(verify_claims(verifier, NULL), is_same ? MCPAUTH_OK : MCPAUTH_ERR_KEY_NOT_FOUND);
    expect_entries(&entries, MCPAUTH_LOG_WARNING, is_same ? 0 : 1);
    CHECK((strstr(entries.text, "ambiguous") != NULL && strstr(entries.text, KID) != NULL) == !is_same);
    mcpauth_verifier_free(verifier);
  }
  key_server_stop(server);
  signing_key_free(other);
  free(url), free(own), free(foreign), free(jwks), free(twice);
}

static void count_destroy(void *userdata) { ++*(unsigned *)userdata; }

static void a_log_is_destroyed_once_and_its_level_is_one_of_four(void) {
  unsigned destroyed = 0;
  const mcpauth_log_level bad[] = {0, 5, UINT32_MAX};
  for (size_t i = 0; i < 3; i++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_set_log(config, bad[i], note, &destroyed, count_destroy), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_config_free(config);
  }
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_log(config, MCPAUTH_LOG_INFO, NULL, &destroyed, count_destroy),
               MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_config_free(config);
  CHECK_INT(destroyed, 0);
  config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_log(config, MCPAUTH_LOG_INFO, note, &destroyed, count_destroy), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_INT(destroyed, 0);
  mcpauth_verifier_free(verifier);
  CHECK_INT(destroyed, 1);
}

/* ---- counters --------------------------------------------------------------------------------------------------- */

static void what_was_answered_is_counted(void) {
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_issuer *dead;
  char *url = dead_url("/jwks");
  CHECK_RESULT(mcpauth_config_add_issuer(config, "https://dead.example.com", &dead), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(dead, url), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(dead), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_stats stats = MCPAUTH_STATS_INIT;
  mcpauth_authinfo *info;
  char *token = fixture_token(NULL);
  for (int i = 0; i < 5; i++) CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
  for (int i = 0; i < 3; i++) CHECK_RESULT(verify_claims(verifier, "{\"exp\":1}"), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_RESULT(verify_claims(verifier, "{\"aud\":\"x\"}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  CHECK_RESULT(verify_claims(verifier, "{\"iss\":\"https://dead.example.com\"}"), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK_RESULT(authorize_header(verifier, "Bearer", &info, NULL), MCPAUTH_ERR_MISSING_BEARER_TOKEN);
  CHECK_RESULT(mcpauth_authorize(verifier, NULL, &info, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_verifier_stats(verifier, &stats), MCPAUTH_OK);
  CHECK_INT(stats.size, sizeof stats);
  CHECK_INT(stats.accepted, 5);
  CHECK_INT(stats.denied, 5);
  CHECK_INT(stats.unavailable, 1);
  CHECK_INT(stats.broken, 1);
  CHECK_INT(stats.would_block, 0);
  CHECK_INT(stats.cache_hits, 4);
  CHECK_INT(stats.fetches, 1);
  CHECK_INT(stats.fetch_failures, 1);
  CHECK_INT(stats.http_requests, 1);
  CHECK_INT(stats.issuers, 2);
  CHECK_INT(stats.issuers_without_keys, 1);
  CHECK_INT(stats.keys, 1);
  CHECK_INT(stats.oldest_keys_ms, -1);
  CHECK_INT(mcpauth_verifier_result_count(verifier, MCPAUTH_OK), 5);
  CHECK_INT(mcpauth_verifier_result_count(verifier, MCPAUTH_ERR_TOKEN_EXPIRED), 3);
  CHECK_INT(mcpauth_verifier_result_count(verifier, MCPAUTH_ERR_AUDIENCE_MISMATCH), 1);
  CHECK_INT(mcpauth_verifier_result_count(verifier, MCPAUTH_ERR_INTERNAL), 0);
  CHECK_INT(mcpauth_verifier_result_count(verifier, 12345), 0);
  mcpauth_verifier_free(verifier);
  free(token);
  free(url);
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void the_age_of_keys_is_told(void) {
  key_server *server = key_server_start();
  char *url = format("%s/jwks", key_server_url(server));
  journal entries = {.lock = PTHREAD_MUTEX_INITIALIZER};
  mcpauth_stats stats = MCPAUTH_STATS_INIT;
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  mcpauth_verifier *verifier = fixture_verifier(logging_config(url, MCPAUTH_LOG_ERROR, &entries));
  const long long before = now_ms();
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, NULL), MCPAUTH_OK);
  const long long fetched = now_ms();
  nanosleep(&(struct timespec){0, 50 * 1000000}, NULL);
  const long long asked = now_ms();
  CHECK_RESULT(mcpauth_verifier_stats(verifier, &stats), MCPAUTH_OK);
  CHECK(stats.oldest_keys_ms >= asked - fetched - 1 && stats.oldest_keys_ms <= now_ms() - before + 1);
  CHECK_INT(stats.keys, 1);
  CHECK_INT(stats.issuers_without_keys, 0);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  free(url);
}

static void the_size_of_the_numbers_is_heard(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  struct {
    mcpauth_stats stats;
    char later[64]; /* of a newer header */
    char behind[8];
  } room;
  const size_t sizes[] = {0, 8, sizeof room.stats - 1, 5000, (size_t)-1};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    memset(&room, 'x', sizeof room);
    room.stats.size = sizes[i];
    CHECK_RESULT(mcpauth_verifier_stats(verifier, &room.stats), MCPAUTH_ERR_INVALID_ARGUMENT);
    CHECK_INT(room.later[0], 'x');
  }
  memset(&room, 'x', sizeof room);
  room.stats.size = sizeof room.stats + sizeof room.later;
  CHECK_RESULT(mcpauth_verifier_stats(verifier, &room.stats), MCPAUTH_OK);
  CHECK_INT(room.stats.issuers, 1);
  CHECK_INT(room.later[0] | room.later[63], 0);
  CHECK_INT(room.behind[0], 'x');
  CHECK_RESULT(mcpauth_verifier_stats(NULL, &room.stats), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_INT(room.stats.issuers, 0);
  CHECK_RESULT(mcpauth_verifier_stats(verifier, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_INT(mcpauth_verifier_result_count(NULL, MCPAUTH_OK), 0);
  mcpauth_verifier_free(verifier);
}

/* ---- whether an issuer works ------------------------------------------------------------------------------------ */

#define GOOD_METADATA                                                                                                          \
  "{\"issuer\":\"SELF\",\"jwks_uri\":\"SELF/jwks\",\"authorization_endpoint\":\"SELF/a\",\"token_endpoint\":\"SELF/t\","       \
  "\"client_id_metadata_document_supported\":true,\"authorization_response_iss_parameter_supported\":true,"                    \
  "\"token_endpoint_auth_methods_supported\":[\"none\"],\"grant_types_supported\":[\"authorization_code\",\"refresh_token\"]," \
  "\"scopes_supported\":[\"offline_access\"],\"response_types_supported\":[\"code\"],"                                         \
  "\"code_challenge_methods_supported\":[\"S256\"]}"

/* The codes that a look at an issuer finds, each followed by a blank; "!" in front of those that are errors. */
static void check_codes(const char *metadata, const char *jwks, const char *expected) {
  key_server *server = key_server_start();
  char *text = replaced(metadata, "SELF", key_server_url(server)), codes[512] = "";
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  mcpauth_report *report;
  mcpauth_error *error;
  key_server_route(server, "/.well-known/openid-configuration", 200, text, NULL);
  key_server_route(server, "/jwks", 200, jwks, NULL);
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, key_server_url(server), &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_check(issuer, &report, &error), MCPAUTH_OK);
  CHECK(error == NULL);
  for (size_t i = 0; i < mcpauth_report_finding_count(report); i++) {
    size_t used = strlen(codes);
    snprintf(codes + used, sizeof codes - used, "%s%s ", mcpauth_report_finding_is_error(report, i) ? "!" : "",
             mcpauth_report_finding_code(report, i).data);
    CHECK(mcpauth_report_finding_message(report, i).len > 15);
  }
  if (strcmp(codes, expected) != 0) CHECK_FAIL("found \"%s\", not \"%s\"", codes, expected);
  if (expected[0] == '\0') {
    CHECK_INT(mcpauth_report_key_count(report), 1);
    CHECK_CONTAINS(mcpauth_report_metadata_url(report), "/.well-known/openid-configuration");
    CHECK_CONTAINS(mcpauth_report_jwks_uri(report), "/jwks");
  }
  CHECK_STR(mcpauth_report_finding_code(report, 1000), "");
  CHECK_STR(mcpauth_report_finding_message(report, 1000), "");
  CHECK(!mcpauth_report_finding_is_error(report, 1000) && !mcpauth_report_finding_is_outage(report, 1000));
  CHECK(!mcpauth_report_finding_is_outage(report, 0)); /* there was an answer each time */
  mcpauth_config_free(config);
  mcpauth_report_free(report);
  key_server_stop(server);
  free(text);
}

/* Good metadata with one thing changed. */
static void check_changed(const char *mark, const char *value, const char *expected) {
  char *metadata = replaced(GOOD_METADATA, mark, value);
  CHECK(strcmp(metadata, GOOD_METADATA) != 0);
  check_codes(metadata, fixture_jwks(), expected);
  free(metadata);
}

static void each_fault_of_an_issuer_has_its_code(void) {
  check_codes(GOOD_METADATA, fixture_jwks(), "");
  check_changed("\"issuer\":\"SELF\"", "\"issuer\":\"https://other.example.com\"", "!issuer_mismatch ");
  check_changed("\"jwks_uri\":\"SELF/jwks\",", "", "!missing_jwks_uri ");
  check_changed("[\"code\"]", "[\"token\"]", "!code_response_type_not_supported ");
  check_changed("[\"authorization_code\",\"refresh_token\"]", "[\"refresh_token\"]",
                "!authorization_code_grant_not_supported ");
  check_changed(",\"code_challenge_methods_supported\":[\"S256\"]", "", "!pkce_not_supported ");
  check_changed("[\"S256\"]", "[\"plain\"]", "!s256_code_challenge_method_not_supported ");
  check_changed("\"client_id_metadata_document_supported\":true,", "", "client_id_metadata_document_not_supported ");
  check_changed("\"authorization_response_iss_parameter_supported\":true,", "",
                "authorization_response_iss_not_supported ");
  check_changed("[\"none\"]", "[\"client_secret_basic\"]", "public_clients_not_supported ");
  check_changed(",\"refresh_token\"", "", "refresh_token_not_supported ");
  check_changed("\"offline_access\"", "\"openid\"", "offline_access_not_supported ");
  check_changed("\"jwks_uri\":\"SELF/jwks\",", "\"introspection_endpoint\":\"SELF/i\",", "opaque_tokens ");
  check_changed("\"token_endpoint\":\"SELF/t\",", "", "!invalid_server_metadata ");
  check_codes("[]", fixture_jwks(), "!invalid_server_metadata ");
  check_codes(GOOD_METADATA, "{\"keys\":[]}", "!fetch_jwks_error ");
  char *jwks = format("{\"keys\":[{\"kty\":\"AKP\"},%s", fixture_jwks() + 9);
  check_codes(GOOD_METADATA, jwks, "unusable_key ");
  free(jwks);
}

static void an_issuer_that_is_not_there_is_a_finding(void) {
  char *url = dead_url("");
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  mcpauth_report *report;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, url, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_check(issuer, &report, NULL), MCPAUTH_OK);
  CHECK_STR(mcpauth_report_finding_code(report, 0), "fetch_server_config_error");
  CHECK_STR(mcpauth_report_metadata_url(report), "");
  CHECK_STR(mcpauth_report_jwks_uri(report), "");
  CHECK_INT(mcpauth_report_key_count(report), 0);
  mcpauth_report_free(report);
  mcpauth_config_free(config);
  free(url);
}

static void a_configuration_that_cannot_be_is_an_error(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  mcpauth_report *report = (mcpauth_report *)config;
  mcpauth_error *error;
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "two words"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_issuer_check(issuer, &report, &error), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK(report == NULL);
  CHECK_CONTAINS(mcpauth_error_message(error), "two words");
  mcpauth_error_free(error);
  CHECK_RESULT(mcpauth_issuer_check(NULL, &report, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_issuer_check(issuer, NULL, &error), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_error_free(error);
  mcpauth_config_free(config);
  CHECK_INT(mcpauth_report_finding_count(NULL), 0);
  mcpauth_report_free(NULL);
}

CHECK_MAIN(CASE(an_outage_is_told_once_and_so_is_its_end), CASE(A25_keys_that_are_not_used_are_told),
           CASE(verifiers_that_share_keys_and_a_log_tell_it_once), CASE(each_refusal_is_told_to_who_debugs),
           CASE(a_refusal_says_whose_token_it_was), CASE(an_ambiguous_key_set_is_logged),
           CASE(a_log_is_destroyed_once_and_its_level_is_one_of_four), CASE(what_was_answered_is_counted),
           CASE(the_age_of_keys_is_told), CASE(the_size_of_the_numbers_is_heard),
           CASE(each_fault_of_an_issuer_has_its_code), CASE(an_issuer_that_is_not_there_is_a_finding),
           CASE(a_configuration_that_cannot_be_is_an_error))
