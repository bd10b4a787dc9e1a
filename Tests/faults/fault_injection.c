/*
 * Fault injection at the identity provider: threads go on verifying good tokens, and refusing bad ones, while a real https server
 * goes through one fault after the other. Each fault has to have its stated outcome for a verifier that has no keys yet,
 * and none for the threads, whose keys are at hand.
 *
 * usage: fault_injection ISSUER_SERVER DIRECTORY [CASE]...
 *
 * ISSUER_SERVER is issuer_server.py; DIRECTORY holds its certificates. In place of cases, `wrong:refused` and
 * `wrong:accepted` have the threads be told something wrong: the program has to notice, and fail.
 */
#include <signal.h>
#include <stdlib.h>

#include "fault_injection.h"
#include "issuer.h"

_Atomic unsigned check_failures_of_case;

static const check_case cases[] = {CASE(down_at_start_and_later),
                                   CASE(status_500),
                                   CASE(A25_slow_first_byte),
                                   CASE(A25_one_byte_a_second),
                                   CASE(A25_nobody_waits_for_a_refresh),
                                   CASE(A25_endless_chunked_body),
                                   CASE(A25_html_with_200),
                                   CASE(A25_truncated_json),
                                   CASE(A47_transfer_codings),
                                   CASE(a_compressed_answer_is_named),
                                   CASE(A25_empty_set),
                                   CASE(A25_one_bad_key_of_three),
                                   CASE(A22_redirects_lead_nowhere),
                                   CASE(A24_certificates_are_judged),
                                   CASE(A24_private_authorities),
                                   CASE(A23_metadata_of_another_issuer),
                                   CASE(a_name_that_does_not_resolve),
                                   CASE(A33_rotation_under_load),
                                   CASE(A33_a_withdrawn_key),
                                   CASE(A26_ten_thousand_unknown_kids),
                                   CASE(A39_the_clock_steps_back_an_hour),
                                   CASE(keys_get_too_old_at_last),
                                   CASE(A42_free_during_a_fetch),
                                   CASE(A42_fork_before_and_after_the_first_fetch)};

/* The last case: what the threads saw. MCPAUTH_WOULD_BLOCK, from mcpauth_try_authorize, would be a wrong verdict. */
static void no_wrong_verdict_and_nothing_would_block(void) {
  load_wait_for_turns(100);
  load_stop();
  for (int i = 0; i < LOAD_COUNT; i++) {
    CHECK_INT(load_seen(i).wrong, 0);
    CHECK(load_seen(i).accepted >= 100);
  }
  CHECK_INT(load_stats().would_block, 0);
}

static double ms(long long us) { return (double)us / 1e3; }

static void print_figures(void) {
  const mcpauth_stats stats = load_stats();
  const issuer_hits asked = issuer_asked();
  load_figures all = {0, 0, 0, 0}, each[LOAD_COUNT];
  for (int i = 0; i < LOAD_COUNT; i++) {
    each[i] = load_seen(i);
    all.accepted += each[i].accepted;
    all.refused += each[i].refused;
    all.wrong += each[i].wrong;
  }
  printf("# the threads' fetches: %llu, of which %llu failed; log entries: %u warnings, %u errors\n",
         (unsigned long long)stats.fetches, (unsigned long long)stats.fetch_failures, log_warnings, log_errors);
  printf("# the server was asked %u times for metadata, %u times for keys; the server it redirects to: %u times\n",
         asked.metadata, asked.keys, asked.canary);
  printf("# verifications: %lu good tokens accepted, %lu bad ones refused; %lu unknown kids, %.0f a second\n",
         all.accepted, all.refused, flood_count, flood_us > 0 ? (double)flood_count * 1e6 / (double)flood_us : 0.0);
  printf("# longest wait of a good token: %.1f ms (verify, cached), %.1f ms (authorize, not cached), %.1f ms (async)\n",
         ms(each[LOAD_VERIFY].longest_us), ms(each[LOAD_AUTHORIZE].longest_us), ms(each[LOAD_ASYNC].longest_us));
  printf("# first token of a new key: %.1f ms; longest mcpauth_verifier_free during a fetch: %.1f ms\n",
         ms(first_of_new_key_us), ms(longest_free_us));
  printf("# wrong verdicts: %lu\n", all.wrong);
}

static bool run(const check_case *one, unsigned number) {
  const long long begun = now_us();
  const mcpauth_stats stats = load_stats();
  const issuer_hits asked = issuer_asked();
  check_failures_of_case = 0;
  load_longest_since_last_asked();
  check_begin(one->name);
  one->run();
  const bool passed = check_failures_of_case == 0;
  const mcpauth_stats now = load_stats();
  const issuer_hits hits = issuer_asked();
  printf("%s %u - %s # %.1f s; threads' fetches %llu, failed %llu; requests for metadata %u, keys %u; waited %.1f ms\n",
         passed ? "ok" : "not ok", number, one->name, ms(now_us() - begun) / 1e3,
         (unsigned long long)(now.fetches - stats.fetches),
         (unsigned long long)(now.fetch_failures - stats.fetch_failures), hits.metadata - asked.metadata,
         hits.keys - asked.keys, ms(load_longest_since_last_asked()));
  fflush(stdout);
  return passed;
}

int main(int argc, char **argv) {
  static const check_case last = CASE(no_wrong_verdict_and_nothing_would_block);
  if (argc < 3) {
    fprintf(stderr, "usage: fault_injection ISSUER_SERVER DIRECTORY [CASE]...\n");
    return 2;
  }
  const char *only = argc > 3 ? argv[3] : "";
  signal(SIGPIPE, SIG_IGN); /* the pipe to the server */
  check_begin("the start");
  issuer_start(argv[1], argv[2]);
  issuer_publish(FIRST_KEY, 1, "");
  load_start(strcmp(only, "wrong:refused") == 0    ? GOOD_REFUSED
             : strcmp(only, "wrong:accepted") == 0 ? BAD_ACCEPTED
                                                   : NOTHING_WRONG);
  unsigned passed = 0, failed = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (!check_selected(argc - 2, argv + 2, cases[i].name)) continue;
    if (run(&cases[i], passed + failed + 1))
      passed++;
    else
      failed++;
  }
  if (passed + failed == 0 && strncmp(only, "wrong:", 6) != 0) {
    printf("no case is called %s\n", only);
    failed++;
  }
  if (run(&last, passed + failed + 1))
    passed++;
  else
    failed++;
  check_begin("the end");
  print_figures();
  load_free();
  issuer_stop();
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0;
}
