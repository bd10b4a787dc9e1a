/*
 * server_reports.h: what mcp_server.c shows to whoever runs it: the library's log and counters, and whether the issuers'
 * keys were there when it began. All of it goes to standard error.
 *
 *   --log LEVEL   log this much: error, warning, info or debug (one line for each refused token)
 *   --prefetch    fetch the keys before the first request, which then does not wait for them
 */
#ifndef SERVER_REPORTS_H
#define SERVER_REPORTS_H

#include <inttypes.h>

#include "server_options.h"

enum { LOG_LEVEL = OWN_OPTIONS, PREFETCH };

static const char *const log_levels[] = {[MCPAUTH_LOG_ERROR] = "error",
                                         [MCPAUTH_LOG_WARNING] = "warning",
                                         [MCPAUTH_LOG_INFO] = "info",
                                         [MCPAUTH_LOG_DEBUG] = "debug"};

static bool wants_prefetch;

/* Any thread may call this, several at once: one write for each line, so that lines do not mix. The message is ASCII and
 * has no line break, whatever the other side sent. */
static void write_log(void *userdata, mcpauth_log_level level, const char *message, size_t len) {
  (void)userdata;
  const char *name = level <= MCPAUTH_LOG_DEBUG && log_levels[level] != NULL ? log_levels[level] : "?";
  fprintf(stderr, "mcpauth %s: %.*s\n", name, (int)len, message);
}

static bool take_report_option(struct options *options, int name) {
  if (name == PREFETCH) return wants_prefetch = true;
  if (name != LOG_LEVEL) return false;
  for (mcpauth_log_level level = MCPAUTH_LOG_ERROR; level <= MCPAUTH_LOG_DEBUG; level++) {
    if (strcmp(optarg, log_levels[level]) != 0) continue;
    options->log = write_log;
    options->log_level = level;
    return true;
  }
  return false;
}

/* A server whose issuer is down begins all the same: it asks again, and answers 503 until there are keys. */
static void prefetch(const mcpauth_verifier *verifier) {
  mcpauth_error *err = NULL;
  if (wants_prefetch && mcpauth_verifier_prefetch(verifier, &err) != MCPAUTH_OK) {
    fprintf(stderr, "begins without all keys: %s\n", mcpauth_error_message(err).data);
  }
  mcpauth_error_free(err);
}

/* Once, at the end; a server in earnest exports them to its monitoring all the time. */
static void report_counters(const mcpauth_verifier *verifier) {
  mcpauth_stats stats = MCPAUTH_STATS_INIT;
  if (mcpauth_verifier_stats(verifier, &stats) != MCPAUTH_OK) return;
  fprintf(stderr,
          "accepted %" PRIu64 " (%" PRIu64 " by tokens seen before), denied %" PRIu64 ", unavailable %" PRIu64
          ", broken %" PRIu64 "; fetches %" PRIu64 ", failed %" PRIu64 "; keys %" PRIu64 " of %" PRIu64 " issuers\n",
          stats.accepted, stats.cache_hits, stats.denied, stats.unavailable, stats.broken, stats.fetches,
          stats.fetch_failures, stats.keys, stats.issuers);
}

#endif
