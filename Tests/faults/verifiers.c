/* Verifiers of the issuer that injects the faults, and what they say. */
#include <stdlib.h>
#include <time.h>

#include "fault_injection.h"
#include "issuer.h"

_Atomic int64_t clock_offset;
atomic_uint log_warnings, log_errors;
char last_message[1024];

long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

void sleep_ms(unsigned ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL); }

static int64_t stepping_clock(void *unused) {
  (void)unused;
  return (int64_t)time(NULL) + clock_offset;
}

static void count_entry(void *unused, mcpauth_log_level level, const char *message, size_t len) {
  (void)unused, (void)message, (void)len;
  if (level == MCPAUTH_LOG_WARNING) log_warnings++;
  if (level == MCPAUTH_LOG_ERROR) log_errors++;
}

static void trust(mcpauth_issuer *issuer, verifier_options wanted) {
  char path[600];
  if (wanted.ca_directory != NULL) {
    snprintf(path, sizeof path, "%s/%s", issuer_directory(), wanted.ca_directory);
    CHECK_RESULT(mcpauth_issuer_set_ca_directory(issuer, path), MCPAUTH_OK);
  } else if (wanted.ca_file == NULL || wanted.ca_file[0] != '\0') {
    snprintf(path, sizeof path, "%s/%s", issuer_directory(), wanted.ca_file ? wanted.ca_file : "ca.crt");
    CHECK_RESULT(mcpauth_issuer_set_ca_file(issuer, path), MCPAUTH_OK);
  }
}

mcpauth_verifier *make_verifier(verifier_options wanted) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  mcpauth_verifier *verifier;
  mcpauth_error *error;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, wanted.issuer ? wanted.issuer : issuer_url(), &issuer), MCPAUTH_OK);
  trust(issuer, wanted);
  CHECK_RESULT(mcpauth_issuer_set_proxy(issuer, ""), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_fetch_timeout_ms(issuer, wanted.timeout_ms), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_connect_timeout_ms(issuer, wanted.timeout_ms), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_cooldown_seconds(issuer, 1), MCPAUTH_OK);
  if (wanted.max_stale_seconds)
    CHECK_RESULT(mcpauth_issuer_set_max_stale_seconds(issuer, wanted.max_stale_seconds), MCPAUTH_OK);
  if (wanted.without_cache) CHECK_RESULT(mcpauth_config_set_token_cache(config, 0, 1, 1), MCPAUTH_OK);
  if (wanted.is_logged)
    CHECK_RESULT(mcpauth_config_set_log(config, MCPAUTH_LOG_INFO, count_entry, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, stepping_clock, NULL, NULL), MCPAUTH_OK);
  if (mcpauth_verifier_new(config, &verifier, &error) != MCPAUTH_OK) {
    fprintf(stderr, "fault_injection: %s\n", mcpauth_error_message(error).data);
    exit(1);
  }
  mcpauth_config_free(config);
  return verifier;
}

static const verifier_options fresh = {.timeout_ms = FETCH_MS - 1};

mcpauth_verifier *fresh_verifier(void) { return make_verifier(fresh); }

mcpauth_result verify(const mcpauth_verifier *verifier, const char *token) {
  mcpauth_authinfo *info;
  mcpauth_error *error;
  mcpauth_result result = mcpauth_verify(verifier, token, strlen(token), &info, &error);
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  snprintf(last_message, sizeof last_message, "%s", mcpauth_error_message(error).data);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
  return result;
}

mcpauth_stats stats_of(const mcpauth_verifier *verifier) {
  mcpauth_stats stats = MCPAUTH_STATS_INIT;
  CHECK_RESULT(mcpauth_verifier_stats(verifier, &stats), MCPAUTH_OK);
  return stats;
}

bool is_outage(mcpauth_result result) {
  return result == MCPAUTH_ERR_KEYS_UNAVAILABLE || result == MCPAUTH_ERR_METADATA_UNAVAILABLE;
}

void expect_outcome_of(verifier_options wanted, const char *token, mcpauth_result expected, const char *part) {
  mcpauth_verifier *verifier = make_verifier(wanted);
  mcpauth_result result = verify(verifier, token);
  printf("#   %s%s%.400s\n", mcpauth_result_name(result), result == MCPAUTH_OK ? "" : ": ", last_message);
  CHECK_RESULT(result, expected);
  if (strstr(last_message, part) == NULL) CHECK_FAIL("\"%s\", without \"%s\"", last_message, part);
  mcpauth_verifier_free(verifier);
}

void expect_outcome(mcpauth_result expected, const char *part) {
  expect_outcome_of(fresh, load_token(), expected, part);
}

/* As long as it is the metadata that does not come in time, although it is sent at once, the machine needs more of it. */
void expect_no_answer_in_time(void) {
  mcpauth_result result = MCPAUTH_ERR_METADATA_UNAVAILABLE;
  for (uint32_t ms = NO_ANSWER_MS; ms <= LONGEST_FETCH_MS && result == MCPAUTH_ERR_METADATA_UNAVAILABLE; ms *= 2) {
    mcpauth_verifier *verifier = make_verifier((verifier_options){.timeout_ms = ms});
    result = verify(verifier, load_token());
    printf("#   %s: %.400s\n", mcpauth_result_name(result), last_message);
    mcpauth_verifier_free(verifier);
  }
  CHECK_RESULT(result, MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK(strstr(last_message, "in time") != NULL);
}
