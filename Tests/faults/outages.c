/* The server does not answer, or what it answers is no key set: an outage for who has no keys, and nothing for others. */
#include <stdlib.h>

#include "fault_injection.h"
#include "issuer.h"
#include "tokens.h"

void fault(const char *begin, const char *end, mcpauth_result expected, const char *part) {
  const uint64_t failures = load_stats().fetch_failures;
  issuer_obey("%s", begin);
  expect_outcome(expected, part);
  load_wait_for_failure(failures);
  issuer_obey("%s", end);
  load_wait_for_fresh_keys();
  expect_outcome(MCPAUTH_OK, "");
}

/* First the threads' refresh has to hang, for longer than anything here takes; the end of the fault hangs up on it. */
void fault_without_end(const char *begin) {
  const uint64_t failures = load_stats().fetch_failures;
  const unsigned faults = issuer_asked().faults;
  issuer_obey("%s", begin);
  for (int i = 0; i < PATIENCE_MS / 5 && issuer_asked().faults == faults; i++) sleep_ms(5);
  expect_no_answer_in_time();
  issuer_obey("keys good");
  load_wait_for_failure(failures);
  load_wait_for_fresh_keys();
  expect_outcome(MCPAUTH_OK, "");
}

void down_at_start_and_later(void) {
  const uint64_t failures = load_stats().fetch_failures;
  mcpauth_verifier *one = fresh_verifier();
  issuer_obey("down");
  expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "no connection");
  mcpauth_result result = verify(one, load_token());
  CHECK_RESULT(result, MCPAUTH_ERR_METADATA_UNAVAILABLE);
  load_wait_for_failure(failures);
  issuer_obey("up");
  for (int i = 0; i < PATIENCE_MS / 10 && result != MCPAUTH_OK; i++, sleep_ms(10)) {
    CHECK_RESULT(result, MCPAUTH_ERR_METADATA_UNAVAILABLE); /* within the backoff; never a 401 */
    result = verify(one, load_token());
  }
  CHECK_RESULT(result, MCPAUTH_OK); /* it comes to itself */
  mcpauth_verifier_free(one);
  load_wait_for_fresh_keys();
}

void status_500(void) {
  fault("keys /status/500", "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE, "500");
  issuer_obey("metadata /status/500");
  expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "500");
  issuer_obey("metadata good");
}

void A25_slow_first_byte(void) { fault_without_end("keys /slow"); }
void A25_one_byte_a_second(void) { fault_without_end("keys /drip"); }

/*
 * With keys at hand, a refresh that hangs holds up nobody: what is verified while it is under way comes to its end before
 * it does, which is when it has hung for LONGEST_FETCH_MS. Of those who waited for it none would.
 */
void A25_nobody_waits_for_a_refresh(void) {
  enum { MOST = 1000, LEAST = 10 };
  mcpauth_verifier *own = make_verifier((verifier_options){.timeout_ms = LONGEST_FETCH_MS, .without_cache = true});
  CHECK_RESULT(verify(own, load_token()), MCPAUTH_OK);
  issuer_obey("keys /slow");
  const uint64_t earlier = stats_of(own).fetches; /* the last of these may have been answered before that */
  mcpauth_stats hanging = stats_of(own);
  for (int i = 0; i < PATIENCE_MS && hanging.fetches == earlier; i++, sleep_ms(1)) {
    CHECK_RESULT(verify(own, load_token()), MCPAUTH_OK);
    hanging = stats_of(own);
  }
  CHECK(hanging.fetches > earlier);
  int meanwhile = -1;
  do {
    meanwhile++;
    CHECK_RESULT(verify(own, load_token()), MCPAUTH_OK);
  } while (meanwhile < MOST && stats_of(own).fetch_failures == hanging.fetch_failures);
  printf("#   %d verifications while it hung\n", meanwhile);
  CHECK(meanwhile >= LEAST);
  issuer_obey("keys good");
  mcpauth_verifier_free(own);
  load_wait_for_fresh_keys();
}

void A25_endless_chunked_body(void) { fault("keys /endless", "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE, "larger"); }
void A25_html_with_200(void) { fault("keys /html", "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE, "web page"); }

/* Nothing is undone that a server did to its answer, except chunks: each further coding may make it a thousand times longer. */
void A47_transfer_codings(void) {
  fault("keys /transfer?gzip, gzip, gzip, gzip, chunked", "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE,
        "Transfer-Encoding");
  issuer_obey("metadata /transfer?chunked;gzip");
  expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "Transfer-Encoding");
  issuer_obey("metadata good");
}

void a_compressed_answer_is_named(void) {
  const char *const codings[] = {"gzip", "deflate", "br", "gzip, gzip"};
  for (int i = 0; i < 4; i++) {
    char *named = format("Content-Encoding \"%s\"", codings[i]);
    issuer_obey("keys /coded?%s", codings[i]);
    expect_outcome(MCPAUTH_ERR_KEYS_UNAVAILABLE, named);
    issuer_obey("metadata /coded?%s", codings[i]);
    expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, named);
    issuer_obey("keys good");
    issuer_obey("metadata good");
    free(named);
  }
}

void A25_truncated_json(void) {
  fault("keys /body?{\"keys\":[{\"kty\":", "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE, "JSON");
  issuer_obey("keys /truncated"); /* the connection ends in the middle, too */
  expect_outcome(MCPAUTH_ERR_KEYS_UNAVAILABLE, "curl");
  issuer_obey("keys good");
}

void A25_empty_set(void) { fault("keys /body?{\"keys\":[]}", "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE, "empty"); }

/* The other two are used, and the operator is told. */
void A25_one_bad_key_of_three(void) {
  const unsigned before = log_warnings;
  char *third = issuer_public_jwk(NOBODYS_KEY);
  char *more = format(",{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"bad\",\"x\":\"AA\",\"y\":\"AA\"},%s", third);
  issuer_publish(load_key(), 1, more);
  expect_outcome(MCPAUTH_OK, "");
  load_wait_for_fresh_keys();
  CHECK_INT(load_stats().keys, 2);
  for (int i = 0; i < PATIENCE_MS / 10 && log_warnings == before; i++) sleep_ms(10); /* told after the keys are there */
  CHECK(log_warnings > before);
  issuer_publish(load_key(), 1, "");
  load_wait_for_fresh_keys();
  CHECK_INT(load_stats().keys, 1);
  free(third), free(more);
}
