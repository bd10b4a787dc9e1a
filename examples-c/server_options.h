/*
 * server_options.h: what the two example MCP servers are told on their command lines, and the verifier made of it.
 */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <getopt.h>
#include <mcpauth.h>
#include <stdio.h>

#include "loopback.h"

enum { MAX_LIST = 16, MAX_TIMEOUT_SECONDS = 3600 };

#define SERVER_OPTIONS                                                                               \
  "--issuer URL [--port N] [--resource URL] [--scope SCOPE]... [--jwks-uri URL] [--http-loopback]\n" \
  "       [--tool-scope TOOL=SCOPE]... [--details] [--timeout SECONDS]\n"

struct options {
  const char *program;
  uint16_t port, timeout_seconds;
  const char *resource, *jwks_uri;
  const char *issuers[MAX_LIST], *scopes[MAX_LIST];
  struct {
    const char *tool, *scope;
  } tool_scopes[MAX_LIST];
  size_t issuer_count, scope_count, tool_scope_count;
  bool http_loopback, details;
};

/* The steps stop at the first failure, which the configuration keeps: mcpauth_verifier_new reports it. */
static mcpauth_verifier *make_verifier(const struct options *options, const char *resource) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  bool ok = mcpauth_config_new(resource, &config) == MCPAUTH_OK;
  for (size_t i = 0; ok && i < options->issuer_count; i++) {
    mcpauth_issuer *issuer = NULL; /* belongs to config */
    ok = mcpauth_config_add_issuer(config, options->issuers[i], &issuer) == MCPAUTH_OK;
    if (ok && options->jwks_uri != NULL) ok = mcpauth_issuer_set_jwks_uri(issuer, options->jwks_uri) == MCPAUTH_OK;
    if (ok && options->http_loopback) ok = mcpauth_issuer_allow_http_on_loopback(issuer) == MCPAUTH_OK;
  }
  for (size_t i = 0; ok && i < options->scope_count; i++) {
    ok = mcpauth_config_add_required_scope(config, options->scopes[i]) == MCPAUTH_OK;
  }
  for (size_t i = 0; ok && i < options->tool_scope_count; i++) {
    ok = mcpauth_config_add_tool_scope(config, options->tool_scopes[i].tool, options->tool_scopes[i].scope) ==
         MCPAUTH_OK;
  }
  if (ok) ok = mcpauth_config_set_show_error_details(config, options->details) == MCPAUTH_OK;

  if (mcpauth_verifier_new(config, &verifier, &err) != MCPAUTH_OK) {
    fprintf(stderr, "%s: %s\n", options->program, mcpauth_error_message(err).data);
  }
  mcpauth_error_free(err);
  mcpauth_config_free(config);
  return verifier;
}

static bool add(const char **list, size_t *count, const char *value) {
  if (*count == MAX_LIST) return false;
  list[(*count)++] = value;
  return true;
}

/* TOOL=SCOPE, which is taken apart in place. */
static bool add_tool_scope(struct options *options, char *rule) {
  char *equals = strchr(rule, '=');
  if (equals == NULL || options->tool_scope_count == MAX_LIST) return false;
  *equals = '\0';
  options->tool_scopes[options->tool_scope_count].tool = rule;
  options->tool_scopes[options->tool_scope_count++].scope = equals + 1;
  return true;
}

static bool parse_timeout(const char *text, uint16_t *seconds) {
  return parse_port(text, seconds) == 0 && *seconds > 0 && *seconds <= MAX_TIMEOUT_SECONDS;
}

static bool parse_options(int argc, char **argv, struct options *options) {
  static const struct option known[] = {
      {"port", required_argument, NULL, 'p'},     {"resource", required_argument, NULL, 'r'},
      {"issuer", required_argument, NULL, 'i'},   {"scope", required_argument, NULL, 's'},
      {"jwks-uri", required_argument, NULL, 'j'}, {"tool-scope", required_argument, NULL, 't'},
      {"http-loopback", no_argument, NULL, 'l'},  {"details", no_argument, NULL, 'd'},
      {"timeout", required_argument, NULL, 'o'},  {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    bool fits = true;
    switch (option) {
      case 'p': fits = parse_port(optarg, &options->port) == 0; break;
      case 'r': options->resource = optarg; break;
      case 'i': fits = add(options->issuers, &options->issuer_count, optarg); break;
      case 's': fits = add(options->scopes, &options->scope_count, optarg); break;
      case 'j': options->jwks_uri = optarg; break;
      case 't': fits = add_tool_scope(options, optarg); break;
      case 'l': options->http_loopback = true; break;
      case 'd': options->details = true; break;
      case 'o': fits = parse_timeout(optarg, &options->timeout_seconds); break;
      default: fits = false;
    }
    if (!fits) return false;
  }
  return optind == argc && options->issuer_count > 0;
}

#endif
