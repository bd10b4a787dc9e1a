/* Threads, forks and exits: the library lives in a host that knows nothing of its threads. */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "forking.h"
#include "key_server.h"

/* For a fetch: far longer than one that is answered takes; and for who must not wait for one that is not, half of it. */
enum { FETCH_MS = 60000, LIMIT_SECONDS = FETCH_MS / 2 / 1000 };
/* A child finds out that the refresh under way is not its own once that has had its time, which is twice this. */
enum { REFRESH_MS = 5000 };

/* lifetime_seconds: of the keys; 0: the default. */
static mcpauth_verifier *verifier_with(key_server *server, uint32_t lifetime_seconds) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  char *url = format("%s/jwks", key_server_url(server));
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, url), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  if (lifetime_seconds > 0) {
    CHECK_RESULT(mcpauth_issuer_set_cooldown_seconds(issuer, lifetime_seconds), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_issuer_set_key_lifetime_seconds(issuer, lifetime_seconds, lifetime_seconds), MCPAUTH_OK);
  }
  CHECK_RESULT(mcpauth_issuer_set_fetch_timeout_ms(issuer, lifetime_seconds > 0 ? REFRESH_MS : FETCH_MS), MCPAUTH_OK);
  free(url);
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  return fixture_verifier(config);
}

static mcpauth_verifier *verifier_of(key_server *server) { return verifier_with(server, 0); }

static void pause_briefly(void) { nanosleep(&(struct timespec){0, 1000000}, NULL); }

static void wait_for_hits(key_server *server, unsigned hits) {
  while (key_server_hits(server, "/jwks") < hits) pause_briefly();
}

/*
 * What a verification in a child of fork gives, or, if it asks until refused, the first that is not OK.
 * MCPAUTH_ERR_INTERNAL when the child did not come to an end.
 */
static mcpauth_result asked_in_one_child(mcpauth_verifier *verifier, const char *token, bool until_refused) {
  int ends[2];
  mcpauth_result result = MCPAUTH_ERR_INTERNAL;
  if (pipe(ends) != 0) return result;
  pid_t child = fork();
  if (child == 0) {
    alarm(child_patience_seconds()); /* a child that hangs is told apart by its silence */
    mcpauth_result found = verify_result(verifier, token);
    while (until_refused && found == MCPAUTH_OK) {
      pause_briefly();
      found = verify_result(verifier, token);
    }
    mcpauth_verifier_free(verifier);
    ssize_t written = write(ends[1], &found, sizeof found);
    (void)written;
    /* Without the clean-up of an exit: what a fetch of the parent had in its hands is lost in a child, by its nature. */
    do_not_look_for_leaks();
    raise(SIGKILL);
  }
  close(ends[1]);
  if (read(ends[0], &result, sizeof result) != (ssize_t)sizeof result) result = MCPAUTH_ERR_INTERNAL;
  close(ends[0]);
  status_of(child, child_patience_seconds());
  return result;
}

static mcpauth_result asked_in_child(mcpauth_verifier *verifier, const char *token, bool until_refused) {
  mcpauth_result result = MCPAUTH_ERR_INTERNAL;
  for (int tries = child_tries(); tries > 0 && result == MCPAUTH_ERR_INTERNAL; tries--)
    result = asked_in_one_child(verifier, token, until_refused);
  return result;
}

static mcpauth_result result_in_child(mcpauth_verifier *verifier, const char *token) {
  return asked_in_child(verifier, token, false);
}

typedef struct {
  const mcpauth_verifier *verifier;
  const char *token;
  mcpauth_result result;
} question;

static void *ask(void *argument) {
  question *asked = argument;
  asked->result = verify_result(asked->verifier, asked->token);
  return NULL;
}

static void a_child_forked_before_the_first_fetch_fetches_for_itself(void) {
  FORKING_CASE();
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = verifier_of(server);
  char *token = fixture_token(NULL);
  CHECK_RESULT(result_in_child(verifier, token), MCPAUTH_OK);
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/jwks"), 2);
  free(token);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

static void a_child_forked_after_it_has_the_keys(void) {
  FORKING_CASE();
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = verifier_of(server);
  char *token = fixture_token(NULL);
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
  CHECK_RESULT(result_in_child(verifier, token), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  free(token);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

static void a_child_forked_during_a_fetch_does_not_wait_for_its_parents(void) {
  FORKING_CASE();
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = verifier_of(server);
  char *token = fixture_token(NULL);
  question asked = {verifier, token, MCPAUTH_ERR_INTERNAL};
  pthread_t thread;
  key_server_hold(server, "/jwks", 1);
  REQUIRE(pthread_create(&thread, NULL, ask, &asked) == 0);
  wait_for_hits(server, 1);
  CHECK_RESULT(result_in_child(verifier, token), MCPAUTH_OK);
  key_server_release(server);
  pthread_join(thread, NULL);
  CHECK_RESULT(asked.result, MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/jwks"), 2);
  free(token);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

/* The refresh stays in the parent, and the token is known: nothing but its own look at the time tells the child. */
static void A33_a_child_forked_during_a_refresh_refreshes_for_itself(void) {
  FORKING_CASE();
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = verifier_with(server, 1);
  char *token = fixture_token(NULL);
  signing_key *successor = signing_key_ec("P-256");
  char *successors = signing_key_jwks(successor, "key-2", "ES256");
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
  key_server_hold(server, "/jwks", 1);
  while (key_server_hits(server, "/jwks") < 2) {
    CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
    pause_briefly();
  }
  key_server_route(server, "/jwks", 200, successors, NULL);
  CHECK_RESULT(asked_in_child(verifier, token, true), MCPAUTH_ERR_KEY_NOT_FOUND);
  free(successors);
  signing_key_free(successor);
  free(token);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

/* The process exits while a thread of it waits for a fetch: no crash, and no wait for the key server. */
static void an_exit_during_a_fetch_is_clean(void) {
  FORKING_CASE();
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = verifier_of(server);
  char *token = fixture_token(NULL);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  key_server_hold(server, "/jwks", 1);
  pid_t child = fork();
  if (child == 0) {
    static question asked;
    pthread_t thread;
    char go;
    asked = (question){verifier, token, MCPAUTH_ERR_INTERNAL};
    if (pthread_create(&thread, NULL, ask, &asked) != 0 || read(ends[0], &go, 1) != 1) _exit(70);
    do_not_look_for_leaks();
    exit(0);
  }
  wait_for_hits(server, 1);
  CHECK_INT(write(ends[1], "g", 1), 1);
  CHECK_INT(status_of(child, LIMIT_SECONDS), 0); /* while the server still holds its answer back */
  close(ends[0]);
  close(ends[1]);
  free(token);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

static unsigned threads_of_this_process(void) {
  unsigned count = 0;
  DIR *tasks = opendir("/proc/self/task");
  if (tasks == NULL) return 0;
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) count += task->d_name[0] != '.';
  closedir(tasks);
  return count;
}

static void no_thread_is_left_when_idle(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = verifier_of(server);
  char *token = fixture_token(NULL);
  unsigned before = threads_of_this_process();
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  /* The fetching thread, and the server's for its connection, end by themselves. */
  for (int i = 0; i < 20000 && threads_of_this_process() > before; i++) pause_briefly();
  CHECK_INT(threads_of_this_process(), before);
  free(token);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

CHECK_MAIN(CASE(a_child_forked_before_the_first_fetch_fetches_for_itself), CASE(a_child_forked_after_it_has_the_keys),
           CASE(a_child_forked_during_a_fetch_does_not_wait_for_its_parents),
           CASE(A33_a_child_forked_during_a_refresh_refreshes_for_itself), CASE(an_exit_during_a_fetch_is_clean),
           CASE(no_thread_is_left_when_idle))
