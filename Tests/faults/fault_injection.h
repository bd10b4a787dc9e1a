/*
 * What the cases of fault_injection share: verifiers of the issuer that injects the faults, and the threads that verify through all
 * of them (load.c).
 */
#ifndef FAULT_INJECTION_H
#define FAULT_INJECTION_H

#include <mcpauth.h>
#include <stdatomic.h>

#include "check.h"

#define RESOURCE "https://mcp.example.com/mcp"

/*
 * Nothing here measures how fast the machine is. What has to happen at some time gets a time that only a test that fails
 * comes to the end of; a fetch that is answered gets far more time than it needs; and only where the server does not
 * answer is a fetch given up soon.
 */
enum { PATIENCE_MS = 120000, FETCH_MS = 30000, LONGEST_FETCH_MS = 60000, NO_ANSWER_MS = 1200 };

long long now_us(void); /* of the monotonic clock */
void sleep_ms(unsigned ms);

/* ---- verifiers (verifiers.c) ------------------------------------------------------------------------------------ */

/* What a verifier differs in. Settings that differ keep key caches apart. */
typedef struct {
  const char *issuer;       /* NULL: the one of issuer.h */
  const char *ca_file;      /* in its directory; NULL: ca.crt; "": what the system trusts */
  const char *ca_directory; /* in place of ca_file */
  uint32_t timeout_ms, max_stale_seconds;
  bool without_cache;
  bool is_logged; /* counted in log_warnings and log_errors */
} verifier_options;

mcpauth_verifier *make_verifier(verifier_options wanted);

/* One without keys, which shares none with the threads. */
mcpauth_verifier *fresh_verifier(void);

/* What all verifiers take for the time, in seconds from the true one. */
extern _Atomic int64_t clock_offset;
extern atomic_uint log_warnings, log_errors;

/* mcpauth_verify; the message of a refusal is in last_message. */
mcpauth_result verify(const mcpauth_verifier *verifier, const char *token);
extern char last_message[1024];

mcpauth_stats stats_of(const mcpauth_verifier *verifier);

/* 503: KEYS_UNAVAILABLE or METADATA_UNAVAILABLE. */
bool is_outage(mcpauth_result result);

/* A fresh verifier gives this for a good token, with a message that holds this part. Printed as the fault's outcome. */
void expect_outcome(mcpauth_result expected, const char *part);
/* KEYS_UNAVAILABLE, because they did not come in time. */
void expect_no_answer_in_time(void);
/* The same of one made so, with any good token of its issuer. */
void expect_outcome_of(verifier_options wanted, const char *token, mcpauth_result expected, const char *part);

/* ---- the threads that verify all the time (load.c) -------------------------------------------------------------- */

/* What is made wrong on purpose, to show that the program notices. */
typedef enum { NOTHING_WRONG, GOOD_REFUSED, BAD_ACCEPTED } wrong_on_purpose;

void load_start(wrong_on_purpose what);
void load_stop(void); /* the threads are gone; the figures stay */
void load_free(void);

/* Of the threads' verifier; for the main thread. */
mcpauth_verifier *load_verifier(void);
mcpauth_stats load_stats(void);

/* The good token that the threads verify now, and the number of its key. */
const char *load_token(void);
int load_key(void);
const char *load_token_by(int key);

/* The threads verify tokens by this key from now on; none uses the one before when this returns. */
void load_use_key(int key);

/* More of the threads' fetches than these failed; or their keys were refreshed by one that began after this was called. */
void load_wait_for_failure(uint64_t failures);
void load_wait_for_fresh_keys(void);

typedef struct {
  unsigned long accepted, refused, wrong;
  long long longest_us; /* of a good token */
} load_figures;

enum { LOAD_VERIFY, LOAD_AUTHORIZE, LOAD_ASYNC, LOAD_COUNT };
load_figures load_seen(int thread);
void load_wait_for_turns(unsigned long count); /* of each thread, with a good token in each */
long long load_longest_since_last_asked(void); /* microseconds, of all threads */

/* ---- the cases -------------------------------------------------------------------------------------------------- */

/* The server does what `begin` says until it is told `end`: the outcome, and the threads' refresh has to fail meanwhile. */
void fault(const char *begin, const char *end, mcpauth_result expected, const char *part);
/* The same where the keys do not come to an end: whoever waits for them is told so after a while. */
void fault_without_end(const char *begin);

void down_at_start_and_later(void);
void status_500(void);
void A25_slow_first_byte(void);
void A25_one_byte_a_second(void);
void A25_nobody_waits_for_a_refresh(void);
void A25_endless_chunked_body(void);
void A25_html_with_200(void);
void A25_truncated_json(void);
void A47_transfer_codings(void);
void a_compressed_answer_is_named(void);
void A25_empty_set(void);
void A25_one_bad_key_of_three(void);

void A22_redirects_lead_nowhere(void);
void A24_certificates_are_judged(void);
void A24_private_authorities(void);
void A23_metadata_of_another_issuer(void);
void a_name_that_does_not_resolve(void);

/* Requests for keys that one verifier may send in this time. */
unsigned most_requests(long long us);

void A33_rotation_under_load(void);
void A33_a_withdrawn_key(void);
void A26_ten_thousand_unknown_kids(void);
void A39_the_clock_steps_back_an_hour(void);
void keys_get_too_old_at_last(void);

void A42_free_during_a_fetch(void);
void A42_fork_before_and_after_the_first_fetch(void);

/* Figures for the end, of cases. */
extern unsigned long flood_count;
extern long long flood_us, first_of_new_key_us, longest_free_us;

#endif /* FAULT_INJECTION_H */
