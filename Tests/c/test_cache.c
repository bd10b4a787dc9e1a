/* A33: a token that is known again is judged as if it were new: at every use, by the clock, with all of its bytes. */
#include <malloc.h>
#include <stdlib.h>

#include "fixture.h"

static int64_t settable_clock(void *userdata) { return *(int64_t *)userdata; }

/* The same rules with the cache that is there unless set, without one, and with the smallest. */
typedef struct {
  size_t entries, bytes;
  uint32_t seconds;
} cache_size;

static const cache_size SIZES[] = {{1000, 8 << 20, 300}, {0, 1, 1}, {1, 1 << 20, 300}, {1, 1, 1}};
enum { SIZE_COUNT = sizeof SIZES / sizeof *SIZES };

static mcpauth_verifier *cached_verifier(const cache_size *size, int64_t *now) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_clock(config, settable_clock, now, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_token_cache(config, size->entries, size->bytes, size->seconds), MCPAUTH_OK);
  return fixture_verifier(config);
}

static void A33_a_known_token_expires(void) {
  for (int i = 0; i < SIZE_COUNT; i++) {
    int64_t now = NOW;
    mcpauth_verifier *verifier = cached_verifier(&SIZES[i], &now);
    char *token = fixture_token(NULL); /* exp is NOW + 300, the leeway 60 */
    for (int again = 0; again < 5; again++) CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
    now = NOW + 359;
    CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
    now = NOW + 360;
    CHECK_RESULT(verify_result(verifier, token), MCPAUTH_ERR_TOKEN_EXPIRED);
    now = NOW;
    CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
    free(token);
    mcpauth_verifier_free(verifier);
  }
}

/* A cached token before its nbf, or before it was issued: the clock stepped back. */
static void A33_a_known_token_is_not_valid_before_its_time(void) {
  static const char *const claims[] = {"{\"nbf\":1800000000}", "{\"iat\":1800000000}"}; /* NOW */
  for (int i = 0; i < SIZE_COUNT; i++) {
    for (size_t claim = 0; claim < sizeof claims / sizeof *claims; claim++) {
      int64_t now = NOW;
      mcpauth_verifier *verifier = cached_verifier(&SIZES[i], &now);
      char *token = fixture_token(claims[claim]);
      for (int again = 0; again < 5; again++) CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
      now = NOW - 60; /* the leeway */
      CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
      now = NOW - 61;
      CHECK_RESULT(verify_result(verifier, token), MCPAUTH_ERR_TOKEN_NOT_YET_VALID);
      now = NOW;
      CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
      free(token);
      mcpauth_verifier_free(verifier);
    }
  }
}

static void A33_a_token_is_known_by_all_of_its_bytes(void) {
  for (int i = 0; i < SIZE_COUNT; i++) {
    int64_t now = NOW;
    mcpauth_verifier *verifier = cached_verifier(&SIZES[i], &now);
    char *token = fixture_token(NULL);
    size_t len = strlen(token);
    for (int again = 0; again < 5; again++) CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
    for (size_t at = 0; at < len; at += 7) { /* one character changed, here and there */
      const char kept = token[at];
      token[at] = kept == 'A' ? 'B' : 'A';
      if (verify_result(verifier, token) == MCPAUTH_OK) CHECK_FAIL("accepted with byte %zu changed", at);
      token[at] = kept;
    }
    mcpauth_authinfo *info = (mcpauth_authinfo *)0x1;
    CHECK(mcpauth_verify(verifier, token, len - 1, &info, NULL) != MCPAUTH_OK);
    CHECK(info == NULL);
    CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
    free(token);
    mcpauth_verifier_free(verifier);
  }
}

/* What one verifier knows another does not: its rules may be stricter. */
static void A33_verifiers_know_nothing_of_each_other(void) {
  char *token = fixture_token(NULL);
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_verifier *open = NULL, *strict = NULL;
  CHECK_RESULT(mcpauth_verifier_new(config, &open, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "admin"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &strict, NULL), MCPAUTH_OK);
  mcpauth_config_free(config);
  for (int again = 0; again < 5; again++) {
    CHECK_RESULT(verify_result(open, token), MCPAUTH_OK);
    CHECK_RESULT(verify_result(strict, token), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  }
  mcpauth_verifier_free(open);
  mcpauth_verifier_free(strict);
  free(token);
}

static void a_known_token_says_the_same(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL), *claims = fixture_claims(NULL);
  mcpauth_authinfo *infos[3] = {NULL};
  for (int i = 0; i < 3; i++) CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &infos[i], NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  for (int i = 0; i < 3; i++) {
    CHECK_STR(mcpauth_authinfo_token(infos[i]), token);
    CHECK_STR(mcpauth_authinfo_subject(infos[i]), SUBJECT);
    CHECK_INT(mcpauth_authinfo_scope_count(infos[i]), 2);
    CHECK_JSON(mcpauth_authinfo_claims_json(infos[i]), claims);
    mcpauth_authinfo_free(infos[i]); /* each its own reference */
  }
  free(token);
  free(claims);
}

static void a_flood_does_not_push_out_who_comes_back(void) {
  int64_t now = NOW;
  const cache_size size = {4, 1 << 20, 300};
  mcpauth_verifier *verifier = cached_verifier(&size, &now);
  char *regular = fixture_token(NULL);
  for (int i = 0; i < 30; i++) {
    char *changes = format("{\"jti\":\"%d\"}", i), *other = fixture_token(changes);
    CHECK_RESULT(verify_result(verifier, regular), MCPAUTH_OK);
    CHECK_RESULT(verify_result(verifier, other), MCPAUTH_OK);
    CHECK_RESULT(verify_result(verifier, "not.a.token"), MCPAUTH_ERR_TOKEN_MALFORMED);
    free(changes);
    free(other);
  }
  free(regular);
  mcpauth_verifier_free(verifier);
}

/* `count` times `element`, in which %d is the number of it, behind `start` and with `between` between them. To be freed. */
static char *filled(const char *start, const char *element, const char *between, const char *end, int count) {
  char *text = malloc(64 * (size_t)count + 128), *at = text + sprintf(text, "%s", start);
  for (int i = 0; i < count; i++) {
    char *one = format("%d", i), *numbered = replaced(element, "%d", one);
    at += sprintf(at, "%s%s", i > 0 ? between : "", numbered);
    free(one);
    free(numbered);
  }
  sprintf(at, "%s", end);
  return text;
}

/* max_bytes "counts all of it, rather too much than too little", whatever the tokens are full of. */
static void A33_memory_is_bounded(void) {
  enum { BYTES = 1 << 19, TOKENS = 25 };
  static const struct {
    const char *start, *element, *between, *end;
    int count;
  } rows[] = {{"\"x\":\"", "y%d", "", "\"", 1800},       {"\"x\":[", "{}", ",", "]", 1100},
              {"\"x\":[", "[]", ",", "]", 1100},         {"\"x\":[", "{\"a\":1}", ",", "]", 370},
              {"\"x\":[", "\"\"", ",", "]", 1100},       {"\"x\":[", "1", ",", "]", 1100},
              {"\"scope\":\"", "%d", " ", "\"", 2100},   {"\"scope\":\"", "scope-%d", " ", "\"", 900},
              {"\"scope\":[", "\"%d\"", ",", "]", 1100}, {"\"sub\":\"", "y%d", "", "\"", 1800}};
  for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
    char *filler = filled(rows[row].start, rows[row].element, rows[row].between, rows[row].end, rows[row].count);
    int64_t now = NOW;
    const cache_size size = {1000, BYTES, 300};
    mcpauth_verifier *verifier = cached_verifier(&size, &now);
    size_t before = mallinfo2().uordblks;
    for (int i = 0; i < TOKENS; i++) {
      char *changes = format("{\"jti\":\"%d\",%s}", i, filler), *token = fixture_token(changes);
      CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
      free(changes);
      free(token);
    }
    size_t kept = mallinfo2().uordblks - before; /* 0 under a sanitizer, whose memory is not malloc's */
    if (kept > BYTES) CHECK_FAIL("%.30s...: %zu bytes are kept, of %d", filler, kept, BYTES);
    mcpauth_verifier_free(verifier);
    free(filler);
  }
}

static void sizes(void) {
  static const struct {
    cache_size size;
    mcpauth_result expected;
  } rows[] = {{{0, 1, 1}, MCPAUTH_OK},
              {{1000000, SIZE_MAX, UINT32_MAX}, MCPAUTH_OK},
              {{1000001, 1 << 20, 300}, MCPAUTH_ERR_INVALID_ARGUMENT},
              {{SIZE_MAX, 1 << 20, 300}, MCPAUTH_ERR_INVALID_ARGUMENT},
              {{1000, 0, 300}, MCPAUTH_ERR_INVALID_ARGUMENT},
              {{1000, 1 << 20, 0}, MCPAUTH_ERR_INVALID_ARGUMENT}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_config *config = fixture_config(NULL);
    const cache_size *size = &rows[i].size;
    mcpauth_result result = mcpauth_config_set_token_cache(config, size->entries, size->bytes, size->seconds);
    if (result != rows[i].expected) CHECK_FAIL("row %zu: %s", i, mcpauth_result_name(result));
    if (result == MCPAUTH_OK) {
      mcpauth_verifier *verifier = fixture_verifier(config);
      for (int again = 0; again < 3; again++) CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
      mcpauth_verifier_free(verifier);
    } else {
      mcpauth_config_free(config);
    }
  }
}

CHECK_MAIN(CASE(A33_a_known_token_expires), CASE(A33_a_known_token_is_not_valid_before_its_time),
           CASE(A33_a_token_is_known_by_all_of_its_bytes), CASE(A33_verifiers_know_nothing_of_each_other),
           CASE(a_known_token_says_the_same), CASE(a_flood_does_not_push_out_who_comes_back),
           CASE(A33_memory_is_bounded), CASE(sizes))
