/* Sessions bound to their callers: what passes, and every way to get at another's. */
#include <stdlib.h>

#include "fixture.h"
#include "forking.h"

#define KEY "0123456789abcdef0123456789abcdef"

/* A verifier of resource; key may be NULL. */
static mcpauth_verifier *verifier_of(const char *resource, const char *key) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(resource, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_audience(config, RESOURCE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_dangerous_allow_missing_subject(config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_public_method(config, "ping"), MCPAUTH_OK);
  if (key) CHECK_RESULT(mcpauth_config_set_session_key(config, key, strlen(key)), MCPAUTH_OK);
  return fixture_verifier(config);
}

static mcpauth_authinfo *caller(const mcpauth_verifier *verifier, const char *changes) {
  char *token = fixture_token(changes);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  free(token);
  return info;
}

static mcpauth_authinfo *anonymous_caller(const mcpauth_verifier *verifier) {
  static const char body[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  request.method = (mcpauth_str){"POST", 4};
  request.body = (mcpauth_str){body, strlen(body)};
  CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, NULL), MCPAUTH_OK);
  CHECK(mcpauth_authinfo_is_anonymous(info));
  return info;
}

static const char *bound(const mcpauth_verifier *verifier, const mcpauth_authinfo *info, const char *id) {
  static char value[MCPAUTH_SESSION_SIZE];
  CHECK_RESULT(mcpauth_session_bind(verifier, info, id, strlen(id), value, sizeof value), MCPAUTH_OK);
  CHECK(strncmp(value, id, strlen(id)) == 0 && value[strlen(id)] == '.' && strlen(value) == strlen(id) + 44);
  return value;
}

static mcpauth_result checked(const mcpauth_verifier *verifier, const mcpauth_authinfo *info, const char *value) {
  mcpauth_response *denial = NULL;
  size_t id_len = 99;
  mcpauth_result result = mcpauth_session_check(verifier, info, value, strlen(value), &id_len, &denial);
  CHECK((denial == NULL) == (result == MCPAUTH_OK));
  if (result == MCPAUTH_ERR_SESSION_NOT_FOUND) {
    CHECK_INT(mcpauth_response_status(denial), 404);
    CHECK_INT(response_header(denial, "WWW-Authenticate").len, 0);
    CHECK(strlen(value) < 44 || strstr(mcpauth_error_message(mcpauth_response_error(denial)).data,
                                       value + strlen(value) - 43) == NULL); /* a MAC is a secret */
  }
  CHECK(result == MCPAUTH_OK ? strlen(value) == id_len + 44 : id_len == 0);
  mcpauth_response_free(denial);
  return result;
}

static void a_session_is_its_callers(void) {
  mcpauth_verifier *verifier = verifier_of(RESOURCE, NULL);
  mcpauth_authinfo *alice = caller(verifier, "{\"jti\":\"1\"}"), *renewed = caller(verifier, "{\"jti\":\"2\"}");
  static const char *const ids[] = {"1", "a.b", ".", "..", "~!@", "1868a90c-f7c1-4f30-a3b2-4b2a5e1d2c3b"};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    const char *value = bound(verifier, alice, ids[i]);
    CHECK_RESULT(checked(verifier, alice, value), MCPAUTH_OK);
    CHECK_RESULT(checked(verifier, renewed, value), MCPAUTH_OK);
  }
  mcpauth_authinfo_free(renewed);
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(verifier);
}

static void A58_nobody_elses_token_opens_it(void) {
  mcpauth_verifier *verifier = verifier_of(RESOURCE, KEY);
  mcpauth_authinfo *alice = caller(verifier, "{\"client_id\":\"c\"}"), *nobody = anonymous_caller(verifier);
  char *value = format("%s", bound(verifier, alice, "7"));
  static const char *const others[] = {"{\"sub\":\"bob\",\"client_id\":\"c\"}",
                                       "{\"client_id\":\"d\"}",
                                       "{\"-client_id\":0}",
                                       "{\"sub\":\"alice \",\"client_id\":\"c\"}",
                                       "{\"sub\":\"Alice\",\"client_id\":\"c\"}",
                                       "{\"sub\":\"alic\",\"client_id\":\"ec\"}",
                                       "{\"-sub\":0,\"client_id\":\"alicec\"}",
                                       "{\"-sub\":0,\"-client_id\":0}"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    char *token = fixture_token(others[i]);
    mcpauth_authinfo *other = NULL;
    if (mcpauth_verify(verifier, token, strlen(token), &other, NULL) == MCPAUTH_OK) {
      CHECK_RESULT(checked(verifier, other, value), MCPAUTH_ERR_SESSION_NOT_FOUND);
      CHECK_RESULT(checked(verifier, alice, bound(verifier, other, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
      CHECK_RESULT(checked(verifier, nobody, bound(verifier, other, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
    }
    mcpauth_authinfo_free(other);
    free(token);
  }
  CHECK_RESULT(checked(verifier, nobody, value), MCPAUTH_ERR_SESSION_NOT_FOUND);
  CHECK_RESULT(checked(verifier, alice, bound(verifier, nobody, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
  CHECK_RESULT(checked(verifier, nobody, bound(verifier, nobody, "7")), MCPAUTH_OK);
  CHECK_RESULT(checked(verifier, alice, value), MCPAUTH_OK);
  free(value);
  mcpauth_authinfo_free(nobody);
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(verifier);
}

static mcpauth_result accept(void *userdata, const char *token, size_t token_len, mcpauth_authinfo_builder *builder) {
  (void)userdata, (void)token, (void)token_len, (void)builder;
  return MCPAUTH_OK;
}

/* Of a caller whom a custom verifier says nothing about, all that a session is bound to is empty, as of an anonymous one. */
static void A58_a_caller_without_a_name_is_not_anonymous(void) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_custom_verifier(config, accept, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_dangerous_disable_audience_check(config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_dangerous_allow_missing_subject(config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_public_method(config, "ping"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_authinfo *nameless = NULL, *anonymous = anonymous_caller(verifier);
  CHECK_RESULT(mcpauth_verify(verifier, "x", 1, &nameless, NULL), MCPAUTH_OK);
  CHECK_RESULT(checked(verifier, nameless, bound(verifier, nameless, "7")), MCPAUTH_OK);
  CHECK_RESULT(checked(verifier, anonymous, bound(verifier, nameless, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
  CHECK_RESULT(checked(verifier, nameless, bound(verifier, anonymous, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
  mcpauth_authinfo_free(anonymous);
  mcpauth_authinfo_free(nameless);
  mcpauth_verifier_free(verifier);
}

static void A58_nothing_made_up_passes(void) {
  mcpauth_verifier *verifier = verifier_of(RESOURCE, KEY);
  mcpauth_authinfo *alice = caller(verifier, NULL);
  char *value = format("%s", bound(verifier, alice, "id-7")), *other = format("%s", bound(verifier, alice, "id-8"));
  const size_t len = strlen(value);
  for (size_t i = 0; i < len; i++) { /* each character another one, each end cut off */
    char *changed = format("%s", value);
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_RESULT(checked(verifier, alice, changed), MCPAUTH_ERR_SESSION_NOT_FOUND);
    changed[i] = '\0';
    if (i > 0) CHECK_RESULT(checked(verifier, alice, changed), MCPAUTH_ERR_SESSION_NOT_FOUND);
    free(changed);
  }
  char *mixed = format("id-8%s", value + 4), *longer = format("%sA", value), *padded = format("%s=", value);
  char *twice = format("%s.%s", other, strrchr(value, '.') + 1), *front = format("x%s", value);
  char *dotted = format("%s.", value), *blank = format(" %s", value), *both = format("%s, %s", value, other);
  const char *const made_up[] = {mixed, longer, padded, twice, front, dotted, blank, both, "id-7", "id-7.", ".", "x"};
  for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++)
    CHECK_RESULT(checked(verifier, alice, made_up[i]), MCPAUTH_ERR_SESSION_NOT_FOUND);
  char *flood = malloc(1 << 20);
  memset(flood, '.', (1 << 20) - 1);
  flood[(1 << 20) - 1] = '\0';
  CHECK_RESULT(checked(verifier, alice, flood), MCPAUTH_ERR_SESSION_NOT_FOUND);
  CHECK_RESULT(checked(verifier, alice, ""), MCPAUTH_ERR_INVALID_REQUEST);
  CHECK_RESULT(checked(verifier, alice, value), MCPAUTH_OK);
  free(flood);
  free(both), free(blank), free(dotted), free(front), free(twice), free(padded), free(longer), free(mixed);
  free(other);
  free(value);
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(verifier);
}

static void A58_keys_and_resources_keep_sessions_apart(void) {
  mcpauth_verifier *one = verifier_of(RESOURCE, KEY), *same = verifier_of(RESOURCE, KEY);
  mcpauth_verifier *others[] = {verifier_of(RESOURCE, KEY "x"), verifier_of("https://mcp.example.com/other", KEY),
                                verifier_of(RESOURCE, NULL), verifier_of(RESOURCE, NULL)};
  mcpauth_authinfo *alice = caller(one, NULL);
  char *value = format("%s", bound(one, alice, "7"));
  CHECK_RESULT(checked(same, alice, value), MCPAUTH_OK);
  for (size_t i = 0; i < 4; i++) {
    CHECK_RESULT(checked(others[i], alice, value), MCPAUTH_ERR_SESSION_NOT_FOUND);
    CHECK_RESULT(checked(one, alice, bound(others[i], alice, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
    CHECK_RESULT(checked(others[i], alice, bound(others[i], alice, "7")), MCPAUTH_OK);
  }
  CHECK_RESULT(checked(others[2], alice, bound(others[3], alice, "7")), MCPAUTH_ERR_SESSION_NOT_FOUND);
  for (size_t i = 0; i < 4; i++) mcpauth_verifier_free(others[i]);
  free(value);
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(same);
  mcpauth_verifier_free(one);
}

/* Another release has to find the sessions of this one. Computed by Python's hmac over
 * "mcpauth session 1,27:https://mcp.example.com/mcp1:724:https://auth.example.com5:alice1:c". */
static void a_bound_session_is_this_text(void) {
  mcpauth_verifier *verifier = verifier_of(RESOURCE, KEY);
  mcpauth_authinfo *alice = caller(verifier, "{\"client_id\":\"c\"}");
  const char *value = bound(verifier, alice, "7");
  if (strcmp(value, "7.jzYLk1IzQnnldJPry8lXBhGMOsqyMgbaeIK_gCn6dgE") != 0) CHECK_FAIL("it is %s", value);
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(verifier);
}

static void ids_and_buffers_have_bounds(void) {
  mcpauth_verifier *verifier = verifier_of(RESOURCE, NULL);
  mcpauth_authinfo *alice = caller(verifier, NULL);
  char longest[130], value[MCPAUTH_SESSION_SIZE];
  memset(longest, 'x', sizeof longest);
  CHECK_RESULT(mcpauth_session_bind(verifier, alice, longest, 128, value, sizeof value), MCPAUTH_OK);
  CHECK_RESULT(checked(verifier, alice, value), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_session_bind(verifier, alice, longest, 129, value, sizeof value), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK(value[0] == '\0');
  static const char *const bad[] = {"", " ", "a b", "a\n", "\x7f", "\xc3\xa9"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_RESULT(mcpauth_session_bind(verifier, alice, bad[i], strlen(bad[i]), value, sizeof value),
                 MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_session_bind(verifier, alice, "a\0b", 3, value, sizeof value), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_session_bind(verifier, alice, "7", 1, value, 45), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK(value[0] == '\0');
  CHECK_RESULT(mcpauth_session_bind(verifier, alice, "7", 1, value, 46), MCPAUTH_OK);
  CHECK_INT(strlen(value), 45);
  CHECK_RESULT(mcpauth_session_bind(verifier, alice, "7", 1, value, 0), MCPAUTH_ERR_INVALID_ARGUMENT);
  for (size_t len = 0; len < 2000; len += 31) {
    mcpauth_config *config = fixture_config(NULL);
    char *key = calloc(1, len + 1);
    CHECK_RESULT(mcpauth_config_set_session_key(config, key, len),
                 len >= 32 && len <= 1024 ? MCPAUTH_OK : MCPAUTH_ERR_INVALID_ARGUMENT);
    free(key);
    mcpauth_config_free(config);
  }
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(verifier);
}

typedef struct {
  const mcpauth_verifier *verifier;
  const mcpauth_authinfo *info;
  const char *value;
} inherited;

static void check_in_the_child(void *argument) {
  const inherited *from = argument;
  do_not_look_for_leaks();
  const char *own = bound(from->verifier, from->info, "8");
  _exit(checked(from->verifier, from->info, from->value) == MCPAUTH_OK &&
                checked(from->verifier, from->info, own) == MCPAUTH_OK
            ? 0
            : 1);
}

/* Workers of a server that forks once its verifier is there. */
static void the_children_of_a_fork_share_the_random_key(void) {
  FORKING_CASE();
  mcpauth_verifier *verifier = verifier_of(RESOURCE, NULL);
  mcpauth_authinfo *alice = caller(verifier, NULL);
  char *value = format("%s", bound(verifier, alice, "7"));
  const int status = status_of_child(check_in_the_child, &(inherited){verifier, alice, value});
  CHECK_INT(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
  free(value);
  mcpauth_authinfo_free(alice);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(a_session_is_its_callers), CASE(A58_nobody_elses_token_opens_it),
           CASE(A58_a_caller_without_a_name_is_not_anonymous), CASE(A58_nothing_made_up_passes),
           CASE(A58_keys_and_resources_keep_sessions_apart), CASE(a_bound_session_is_this_text),
           CASE(ids_and_buffers_have_bounds), CASE(the_children_of_a_fork_share_the_random_key))
