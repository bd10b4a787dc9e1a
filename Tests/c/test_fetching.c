/* Where keys come from and how they are fetched: files, metadata URLs and hooks, the host's own client, bounds. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "key_server.h"

/* A configuration whose one issuer may speak http on loopback. */
static mcpauth_config *loopback_config(const char *issuer_url, mcpauth_issuer **issuer) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, issuer_url, issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(*issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return config;
}

/* The result of a fixture token, and the message when it is refused (for CHECK_CONTAINS; valid until the next call). */
static char last_message[1024];

static mcpauth_result verify_with(mcpauth_config *config) {
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token(NULL);
  mcpauth_authinfo *info;
  mcpauth_error *error;
  mcpauth_result result = mcpauth_verify(verifier, token, strlen(token), &info, &error);
  snprintf(last_message, sizeof last_message, "%s", mcpauth_error_message(error).data);
  mcpauth_error_free(error);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
  free(token);
  return result;
}

#define MESSAGE ((mcpauth_str){last_message, strlen(last_message)})

/* ---- files ------------------------------------------------------------------------------------------------------ */

/* A new file with this text. To be freed; the file is removed by remove_file. */
static char *file_with(const char *text, size_t len) {
  char *path = format("%s/mcpauth-test-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
  int file = mkstemp(path);
  CHECK(file >= 0 && write(file, text, len) == (ssize_t)len);
  close(file);
  return path;
}

static void remove_file(char *path) {
  unlink(path);
  free(path);
}

static void a_key_set_may_be_a_file(void) {
  mcpauth_issuer *issuer;
  char *path = file_with(fixture_jwks(), strlen(fixture_jwks()));
  mcpauth_config *config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_file(issuer, path), MCPAUTH_OK);
  CHECK_STR(mcpauth_issuer_skipped_keys(issuer), "");
  unlink(path); /* it was read */
  CHECK_RESULT(verify_with(config), MCPAUTH_OK);
  config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_file(issuer, path), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), "No such file");
  mcpauth_config_free(config);
  remove_file(path);

  size_t limit = 1024 * 1024;
  char *large = malloc(limit + 1);
  memset(large, ' ', limit + 1);
  memcpy(large, fixture_jwks(), strlen(fixture_jwks()));
  for (size_t more = 0; more < 2; more++) {
    path = file_with(large, limit + more);
    config = loopback_config(ISSUER, &issuer);
    CHECK_RESULT(mcpauth_issuer_set_jwks_file(issuer, path), more ? MCPAUTH_ERR_INVALID_ARGUMENT : MCPAUTH_OK);
    mcpauth_config_free(config);
    remove_file(path);
  }
  free(large);
  const char *const unreadable[] = {"", "/", "/nonexistent/jwks.json", "/dev/null"};
  for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
    config = loopback_config(ISSUER, &issuer);
    CHECK_RESULT(mcpauth_issuer_set_jwks_file(issuer, unreadable[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_config_free(config);
  }
}

/* A certificate, behind other text, as bundles have it. */
static char *certificate_file(void) {
  char *certificate = signing_key_certificate_pem(fixture_key()), *bundle = format("# an authority\n%s", certificate);
  char *path = file_with(bundle, strlen(bundle));
  free(certificate), free(bundle);
  return path;
}

static void certificate_authorities_have_to_be_readable(void) {
  mcpauth_issuer *issuer;
  const char *const block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  char *path = certificate_file(), *empty = file_with("", 0), *text = file_with("x", 1),
       *damaged = file_with(block, strlen(block));
  const char *const files[] = {"", "/", "/nonexistent/ca.pem", empty, text, damaged, "/dev/null"},
                    *const directories[] = {"", path, "/nonexistent"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    mcpauth_config *config = loopback_config(ISSUER, &issuer);
    CHECK_RESULT(mcpauth_issuer_set_ca_file(issuer, files[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    if (i >= 3) CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), "BEGIN CERTIFICATE");
    mcpauth_config_free(config);
  }
  for (size_t i = 0; i < 3; i++) {
    mcpauth_config *config = loopback_config(ISSUER, &issuer);
    CHECK_RESULT(mcpauth_issuer_set_ca_directory(issuer, directories[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_config_free(config);
  }
  mcpauth_config *config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_ca_file(issuer, path), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_ca_directory(issuer, "/tmp"), MCPAUTH_OK);
  mcpauth_config_free(config);
  remove_file(path);
  remove_file(empty);
  remove_file(text);
  remove_file(damaged);
}

/* ---- metadata --------------------------------------------------------------------------------------------------- */

static mcpauth_result wrap(void *userdata, const char *json, size_t len, mcpauth_buffer *out) {
  unsigned *calls = userdata;
  const char *const closing = strrchr(json, '}');
  ++*calls;
  CHECK(json[len] == '\0' && strlen(json) == len);
  if (strstr(json, "refuse")) return MCPAUTH_ERR_CALLBACK_FAILED;
  if (strstr(json, "endless")) {
    char block[4096];
    memset(block, ' ', sizeof block);
    mcpauth_result result = MCPAUTH_OK;
    for (int i = 0; i < 257; i++) result = mcpauth_buffer_append(out, block, sizeof block);
    CHECK_RESULT(result, MCPAUTH_ERR_INVALID_ARGUMENT);
    return MCPAUTH_OK;
  }
  const char *const ending = ",\"issuer\":\"" ISSUER "\"}";
  mcpauth_result result = mcpauth_buffer_append(out, json, (size_t)(closing - json));
  return result == MCPAUTH_OK ? mcpauth_buffer_append(out, ending, strlen(ending)) : result;
}

static void count_destroy(void *userdata) { ++*(unsigned *)userdata; }

static void metadata_may_be_elsewhere_and_be_mended(void) {
  key_server *server = key_server_start();
  char *url = format("%s/meta.json", key_server_url(server));
  const char *const extra[] = {"", ",\"x\":\"refuse\"", ",\"x\":\"endless\""};
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  for (int i = 0; i < 3; i++) {
    unsigned calls[2] = {0, 0};
    char *metadata = format("{\"jwks_uri\":\"%s/jwks\"%s}", key_server_url(server), extra[i]);
    mcpauth_issuer *issuer;
    key_server_route(server, "/meta.json", 200, metadata, NULL);
    mcpauth_config *config = loopback_config(ISSUER, &issuer);
    CHECK_RESULT(mcpauth_issuer_set_metadata_url(issuer, url), MCPAUTH_OK);
    CHECK_RESULT(verify_with(config), MCPAUTH_ERR_METADATA_INVALID); /* it names no issuer */
    config = loopback_config(ISSUER, &issuer);
    CHECK_RESULT(mcpauth_issuer_set_metadata_url(issuer, url), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_issuer_set_metadata_transform(issuer, wrap, &calls[0], NULL), MCPAUTH_OK);
    CHECK_RESULT(verify_with(config), i == 0 ? MCPAUTH_OK : MCPAUTH_ERR_METADATA_INVALID);
    CHECK_INT(calls[0], 1);
    free(metadata);
  }
  free(url);
  key_server_stop(server);
}

static void a_metadata_transform_is_destroyed_once(void) {
  unsigned destroyed = 0;
  mcpauth_issuer *issuer;
  mcpauth_config *config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_metadata_transform(issuer, NULL, &destroyed, count_destroy),
               MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_config_free(config);
  CHECK_INT(destroyed, 0);
  config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_metadata_transform(issuer, wrap, &destroyed, count_destroy), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_INT(destroyed, 0);
  mcpauth_verifier_free(verifier);
  CHECK_INT(destroyed, 1);
}

static void keys_have_one_source(void) {
  key_server *server = key_server_start();
  mcpauth_issuer *issuer;
  mcpauth_verifier *verifier;
  mcpauth_error *error;
  mcpauth_config *config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_metadata_url(issuer, key_server_url(server)), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, key_server_url(server)), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, &error), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK_CONTAINS(mcpauth_error_message(error), "metadata_url");
  mcpauth_error_free(error);
  mcpauth_config_free(config);
  key_server_stop(server);
}

/* ---- the host's own client -------------------------------------------------------------------------------------- */

typedef struct {
  pthread_mutex_t lock;
  mcpauth_result result;
  int status;
  const char *body;
  size_t times; /* how often the body is sent */
  unsigned calls, cancelled;
  _Atomic unsigned destroyed;
  bool until_cancelled;
  char url[256], if_none_match[64];
} client;

static mcpauth_result fetch(void *userdata, const mcpauth_fetch_request *request, mcpauth_fetch_response *response) {
  client *own = userdata;
  CHECK(request->size >= sizeof *request);
  CHECK(request->timeout_ms > 0 && request->timeout_ms <= 5000);
  CHECK_INT(request->max_body_bytes, 1024 * 1024);
  CHECK_CONTAINS(request->accept, "json");
  pthread_mutex_lock(&own->lock);
  own->calls++;
  snprintf(own->url, sizeof own->url, "%s", request->url.data);
  snprintf(own->if_none_match, sizeof own->if_none_match, "%s", request->if_none_match.data);
  pthread_mutex_unlock(&own->lock);
  while (own->until_cancelled && !mcpauth_fetch_response_is_cancelled(response))
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  if (own->until_cancelled) {
    pthread_mutex_lock(&own->lock);
    own->cancelled++;
    pthread_mutex_unlock(&own->lock);
  }
  if (own->status) CHECK_RESULT(mcpauth_fetch_response_set_status(response, own->status), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_fetch_response_add_header(response, "ETag", "\"v1\""), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_fetch_response_add_header(response, "CACHE-CONTROL", "max-age=1"), MCPAUTH_OK);
  mcpauth_result appended = MCPAUTH_OK;
  for (size_t i = 0; i < own->times && appended == MCPAUTH_OK; i++)
    appended = mcpauth_fetch_response_append_body(response, own->body, strlen(own->body));
  if (own->times < 1000) CHECK_RESULT(appended, MCPAUTH_OK);
  if (own->result != MCPAUTH_OK) CHECK_RESULT(mcpauth_fetch_response_set_message(response, "out of order"), MCPAUTH_OK);
  return own->result;
}

static void client_gone(void *userdata) { ((client *)userdata)->destroyed++; }

/* It runs once, but on a thread of the library, and so maybe a moment after the verifier was freed. */
static void expect_gone(client *own) {
  for (int i = 0; i < 60000 && own->destroyed == 0; i++) nanosleep(&(struct timespec){0, 1000000}, NULL);
  CHECK_INT(own->destroyed, 1);
}

static mcpauth_config *client_config(client *own, mcpauth_issuer **issuer) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(*issuer, "https://keys.example.com/jwks"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_fetch(config, fetch, own, client_gone), MCPAUTH_OK);
  return config;
}

static void the_host_may_fetch_itself(void) {
  const struct {
    mcpauth_result returned;
    int status;
    const char *body;
    size_t times;
    mcpauth_result expected;
    const char *message;
  } cases[] = {
      {MCPAUTH_OK, 200, NULL, 1, MCPAUTH_OK, ""},
      {MCPAUTH_OK, 200, "{", 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "JSON"},
      {MCPAUTH_OK, 200, "<html>", 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "web page"},
      {MCPAUTH_OK, 302, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "redirect"},
      {MCPAUTH_OK, 304, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "304"},
      {MCPAUTH_OK, 500, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "500"},
      {MCPAUTH_OK, 0, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "status 0"},
      {MCPAUTH_OK, 200, " ", 1024 * 1024 + 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "larger"},
      {MCPAUTH_ERR_CALLBACK_FAILED, 200, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "out of order"},
      {12345, 200, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "12345"},
      {MCPAUTH_WOULD_BLOCK, 200, NULL, 1, MCPAUTH_ERR_KEYS_UNAVAILABLE, "returned 1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    client own = {.lock = PTHREAD_MUTEX_INITIALIZER,
                  .result = cases[i].returned,
                  .status = cases[i].status,
                  .body = cases[i].body ? cases[i].body : fixture_jwks(),
                  .times = cases[i].times};
    mcpauth_issuer *issuer;
    mcpauth_result result = verify_with(client_config(&own, &issuer));
    if (result != cases[i].expected) CHECK_FAIL("case %zu: %s %s", i, mcpauth_result_name(result), last_message);
    CHECK_CONTAINS(MESSAGE, cases[i].message);
    expect_gone(&own);
    CHECK_INT(own.calls, 1);
    CHECK(strcmp(own.url, "https://keys.example.com/jwks") == 0);
  }
}

static void the_host_gets_the_tag_back(void) {
  client own = {
      .lock = PTHREAD_MUTEX_INITIALIZER, .result = MCPAUTH_OK, .status = 200, .body = fixture_jwks(), .times = 1};
  mcpauth_issuer *issuer;
  mcpauth_config *config = client_config(&own, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_cooldown_seconds(issuer, 1), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  pthread_mutex_lock(&own.lock);
  own.status = 304;
  pthread_mutex_unlock(&own.lock);
  unsigned calls = 1;
  for (int i = 0; i < 6000 && calls < 2; i++) { /* max-age is a second */
    CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
    nanosleep(&(struct timespec){0, 10 * 1000000}, NULL);
    pthread_mutex_lock(&own.lock);
    calls = own.calls;
    pthread_mutex_unlock(&own.lock);
  }
  CHECK(calls >= 2);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  expect_gone(&own);
  CHECK(strcmp(own.if_none_match, "\"v1\"") == 0);
}

static void A22_the_host_is_never_asked_for_http(void) {
  client own = {.lock = PTHREAD_MUTEX_INITIALIZER,
                .result = MCPAUTH_OK,
                .status = 200,
                .times = 1,
                .body = "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"http://127.0.0.1/jwks\"}"};
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_fetch(config, fetch, &own, client_gone), MCPAUTH_OK);
  CHECK_RESULT(verify_with(config), MCPAUTH_ERR_METADATA_INVALID);
  CHECK_CONTAINS(MESSAGE, "http");
  expect_gone(&own);
  CHECK(strncmp(own.url, "https://auth.example.com/.well-known/", 37) == 0);
}

static void A42_the_host_is_told_when_nobody_waits_any_more(void) {
  client own = {.lock = PTHREAD_MUTEX_INITIALIZER, .result = MCPAUTH_ERR_CALLBACK_FAILED, .until_cancelled = true};
  mcpauth_issuer *issuer;
  mcpauth_verifier *verifier = fixture_verifier(client_config(&own, &issuer));
  char *token = fixture_token(NULL);
  mcpauth_authinfo *info;
  CHECK_RESULT(mcpauth_try_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_WOULD_BLOCK);
  for (unsigned calls = 0; calls == 0;) {
    pthread_mutex_lock(&own.lock);
    calls = own.calls;
    pthread_mutex_unlock(&own.lock);
  }
  mcpauth_verifier_free(verifier);
  expect_gone(&own);
  CHECK_INT(own.cancelled, 1);
  free(token);
}

/* ---- bounds ----------------------------------------------------------------------------------------------------- */

typedef mcpauth_result number_setter(mcpauth_issuer *issuer, uint32_t value);

static mcpauth_result set_lifetime(mcpauth_issuer *issuer, uint32_t value) {
  return mcpauth_issuer_set_key_lifetime_seconds(issuer, value, 86400);
}
static mcpauth_result set_longest_lifetime(mcpauth_issuer *issuer, uint32_t value) {
  return mcpauth_issuer_set_key_lifetime_seconds(issuer, 1, value);
}

static void numbers_are_bounded(void) {
  const struct {
    number_setter *set;
    uint32_t least, most;
  } setters[] = {
      {mcpauth_issuer_set_fetch_timeout_ms, 100, 60000},
      {mcpauth_issuer_set_connect_timeout_ms, 50, 60000},
      {mcpauth_issuer_set_cooldown_seconds, 1, 3600},
      {mcpauth_issuer_set_max_stale_seconds, 1, 604800},
      {set_lifetime, 1, 86400},
      {set_longest_lifetime, 1, 86400},
  };
  for (size_t i = 0; i < sizeof setters / sizeof *setters; i++) {
    const uint32_t good[] = {setters[i].least, setters[i].most};
    const uint32_t bad[] = {setters[i].least - 1, setters[i].most + 1, UINT32_MAX, 0};
    mcpauth_issuer *issuer;
    for (size_t j = 0; j < 2; j++) {
      mcpauth_config *config = loopback_config(ISSUER, &issuer);
      CHECK_RESULT(setters[i].set(issuer, good[j]), MCPAUTH_OK);
      mcpauth_config_free(config);
    }
    for (size_t j = 0; j < 4; j++) {
      mcpauth_config *config = loopback_config(ISSUER, &issuer);
      CHECK_RESULT(setters[i].set(issuer, bad[j]), MCPAUTH_ERR_INVALID_ARGUMENT);
      mcpauth_config_free(config);
    }
  }
}

/* The verification comes to its end while the server still holds its answer back. */
static void a_slow_server_costs_no_more_than_the_timeout(void) {
  key_server *server = key_server_start();
  char *url = format("%s/jwks", key_server_url(server));
  mcpauth_issuer *issuer;
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  key_server_hold(server, "/jwks", 1);
  mcpauth_config *config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, url), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_fetch_timeout_ms(issuer, 200), MCPAUTH_OK);
  CHECK_RESULT(verify_with(config), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK_CONTAINS(MESSAGE, "200 ms");
  key_server_stop(server);
  free(url);
}

/* The parts of a URL that must not be shown are "who" and "secret". */
static void a_proxy_that_cannot_be_used_is_refused_and_never_shown(void) {
  const char *const bad[] = {"proxy.example.com:3128",
                             "who:secret@proxy",
                             "ftp://who:secret@proxy",
                             "http://proxy\n",
                             "HTTP://proxy",
                             "http://",
                             "http://who:secret@",
                             "http://who:secret@proxy:99999",
                             "http://who:secret@proxy:0",
                             "http://who:secret@proxy:x",
                             "http://who:secret@proxy:",
                             "http://who%00:secret@proxy",
                             "http://who:secret%0a@proxy",
                             "http://who:secret%7F@proxy",
                             "http://who:secret%2@proxy",
                             "http://who:secret%zz@proxy",
                             "http://who:sec ret@proxy",
                             "http://who:secret@x@proxy",
                             "http://who:se/cret@proxy",
                             "http://who:secret@pro xy",
                             "http://who:secret@proxy/path",
                             "http://who:secret@proxy?q",
                             "http://who:secret@proxy#f",
                             "socks5://who:secret@[::1",
                             "http://who:secret@[proxy]"};
  mcpauth_issuer *issuer;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mcpauth_config *config = loopback_config(ISSUER, &issuer);
    const mcpauth_result result = mcpauth_issuer_set_proxy(issuer, bad[i]);
    if (result != MCPAUTH_ERR_INVALID_ARGUMENT) CHECK_FAIL("%s: %s", bad[i], mcpauth_result_name(result));
    const char *message = mcpauth_error_message(mcpauth_config_error(config)).data;
    if (strstr(message, "secret") || strstr(message, "who")) CHECK_FAIL("%s is shown: %s", bad[i], message);
    mcpauth_config_free(config);
  }
  const char *const good[] = {"http://proxy",
                              "http://proxy:3128/",
                              "https://who@proxy",
                              "http://who:secret@[::1]:1",
                              "socks5h://w%40o:se%2Fcret@proxy",
                              "socks4a://127.0.0.1:65535"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    mcpauth_config *config = loopback_config(ISSUER, &issuer);
    if (mcpauth_issuer_set_proxy(issuer, good[i]) != MCPAUTH_OK) CHECK_FAIL("%s is refused", good[i]);
    mcpauth_config_free(config);
  }
}

/* The environment's may go without a scheme. What curl would not understand, or leave out, ends the fetch. */
static void the_environments_proxy_is_judged_too(void) {
  const struct {
    const char *name, *value;
    bool is_used;
  } cases[] = {{"https_proxy", "http://who:secret@127.0.0.1:99999", false},
               {"https_proxy", "http://who%00:secret@127.0.0.1:1", false},
               {"https_proxy", "who:secret%0a@127.0.0.1:1", false},
               {"HTTPS_PROXY", "http://who:secret%@127.0.0.1:1", false},
               {"all_proxy", "who:sec ret@127.0.0.1:1", false},
               {"ALL_PROXY", "socks5://who:secret%00@127.0.0.1:1", false},
               {"https_proxy", "who:secret@127.0.0.1:1", true},
               {"https_proxy", "HTTP://who:secret@127.0.0.1:1/", true},
               {"https_proxy", "gopher://who:secret@127.0.0.1:1", false},
               {"https_proxy", "http://who:secret@proxy.invalid:1", true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mcpauth_issuer *issuer;
    mcpauth_config *config = loopback_config(ISSUER, &issuer);
    setenv(cases[i].name, cases[i].value, 1);
    CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, "https://127.0.0.1:1/jwks"), MCPAUTH_OK);
    CHECK_RESULT(verify_with(config), MCPAUTH_ERR_KEYS_UNAVAILABLE);
    if (strstr(last_message, "secret") || strstr(last_message, "who"))
      CHECK_FAIL("%s: %s", cases[i].value, last_message);
    if ((strstr(last_message, cases[i].name) != NULL) == cases[i].is_used && strstr(cases[i].value, "invalid") == NULL)
      CHECK_FAIL("%s: %s", cases[i].value, last_message);
    unsetenv(cases[i].name);
  }
}

static void a_proxy_is_a_url_and_is_gone_through(void) {
  mcpauth_issuer *issuer;
  key_server *server = key_server_start(); /* no proxy, which is how it is noticed */
  mcpauth_config *config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, "https://keys.invalid/jwks"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_proxy(issuer, key_server_url(server)), MCPAUTH_OK);
  CHECK_RESULT(verify_with(config), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK(strstr(last_message, "cannot be resolved") == NULL); /* the proxy would have done that */
  config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, "https://keys.invalid/jwks"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_proxy(issuer, key_server_url(server)), MCPAUTH_OK);
  setenv("no_proxy", "*", 1); /* goes with https_proxy, and is no business of a proxy that was set */
  CHECK_RESULT(verify_with(config), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK(strstr(last_message, "cannot be resolved") == NULL);
  unsetenv("no_proxy");
  config = loopback_config(ISSUER, &issuer);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, "https://keys.invalid/jwks"), MCPAUTH_OK);
  setenv("https_proxy", key_server_url(server), 1);
  CHECK_RESULT(mcpauth_issuer_set_proxy(issuer, ""), MCPAUTH_OK);
  CHECK_RESULT(verify_with(config), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK_CONTAINS(MESSAGE, "cannot be resolved");
  unsetenv("https_proxy");
  key_server_stop(server);
}

CHECK_MAIN(CASE(a_key_set_may_be_a_file), CASE(certificate_authorities_have_to_be_readable),
           CASE(metadata_may_be_elsewhere_and_be_mended), CASE(a_metadata_transform_is_destroyed_once),
           CASE(keys_have_one_source), CASE(the_host_may_fetch_itself), CASE(the_host_gets_the_tag_back),
           CASE(A22_the_host_is_never_asked_for_http), CASE(A42_the_host_is_told_when_nobody_waits_any_more),
           CASE(numbers_are_bounded), CASE(a_slow_server_costs_no_more_than_the_timeout),
           CASE(a_proxy_that_cannot_be_used_is_refused_and_never_shown), CASE(the_environments_proxy_is_judged_too),
           CASE(a_proxy_is_a_url_and_is_gone_through))
