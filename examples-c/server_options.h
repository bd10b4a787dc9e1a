/*
 * server_options.h: what the two example MCP servers are told on their command lines, and the verifier made of it.
 *
 *   --issuer URL            an authorization server whose tokens are accepted; what is said of issuers below goes for all
 *   --port N                listen on 127.0.0.1:N; 8080 unless given, 0 picks a free one
 *   --resource URL          this server's public URL; http://127.0.0.1:PORT/mcp unless given
 *   --timeout SECONDS       how long a connection may be silent; 30 unless given
 * tokens
 *   --audience TEXT         an audience that is accepted besides the resource URL
 *   --allow-client ID       accept tokens of this client only, or of another one named so
 *   --require-claim PATH=VALUE   accept tokens with this claim only
 *   --scope SCOPE           a scope every token must carry
 *   --scope-claim PATH      a claim that holds scopes besides the usual ones
 *   --tool-scope TOOL=SCOPE a scope that calling this tool needs besides
 *   --resource-scope URI=SCOPE   a scope that reading this resource needs besides
 *   --template-scope TEMPLATE=SCOPE   a scope that reading a resource of this URI template needs besides
 *   --prompt-scope PROMPT=SCOPE  a scope that getting this prompt needs besides
 *   --dangerous-allow-missing-audience   accept tokens without any aud; needs --allow-client
 * metadata, and what clients are told
 *   --advertise-scope SCOPE publish this scope in the metadata, in place of the required ones
 *   --details               tell the client why it was refused (development)
 * how keys are fetched
 *   --jwks-uri URL          where the issuer's keys are; discovered from its metadata unless given
 *   --http-loopback         the issuer is on this machine and speaks http (development)
 *   --ignore-trailing-slash the issuer's name may end with a slash or not
 *   --ca-file FILE          trust these certificate authorities, in place of the system's
 *   --proxy URL             fetch through this proxy; "" for none, whatever the environment says
 *   --cooldown SECONDS      an unknown key may cause one fetch in this time
 *   --fetch-timeout MS      how long a fetch may take
 *
 * Where an option names one of several things, it may be given up to 64 times.
 */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <getopt.h>
#include <mcpauth.h>
#include <stdio.h>

#include "loopback.h"

enum { MAX_SETTINGS = 64, MAX_TIMEOUT_SECONDS = 3600 };

#define SERVER_OPTIONS                                                                                               \
  "--issuer URL [--port N] [--resource URL] [--timeout SECONDS] [--audience TEXT]... [--allow-client ID]...\n"       \
  "       [--require-claim PATH=VALUE]... [--scope SCOPE]... [--scope-claim PATH]... [--tool-scope TOOL=SCOPE]...\n" \
  "       [--resource-scope URI=SCOPE]... [--template-scope TEMPLATE=SCOPE]... [--prompt-scope PROMPT=SCOPE]...\n"   \
  "       [--dangerous-allow-missing-audience] [--advertise-scope SCOPE]... [--details] [--jwks-uri URL]\n"          \
  "       [--http-loopback] [--ignore-trailing-slash] [--ca-file FILE] [--proxy URL] [--cooldown SECONDS]\n"         \
  "       [--fetch-timeout MS]\n"

enum option_name {
  ISSUER = 1,
  PORT,
  RESOURCE,
  TIMEOUT,
  AUDIENCE,
  ALLOW_CLIENT,
  REQUIRE_CLAIM,
  SCOPE,
  SCOPE_CLAIM,
  TOOL_SCOPE,
  RESOURCE_SCOPE,
  TEMPLATE_SCOPE,
  PROMPT_SCOPE,
  ALLOW_MISSING_AUDIENCE,
  ADVERTISE_SCOPE,
  DETAILS,
  JWKS_URI,
  HTTP_LOOPBACK,
  IGNORE_TRAILING_SLASH,
  CA_FILE,
  PROXY,
  COOLDOWN,
  FETCH_TIMEOUT,
  OWN_OPTIONS /* of one program: see parse_options */
};

/* One of those that the verifier is made of, in the order they were given. */
struct setting {
  enum option_name name;
  const char *text, *value; /* NAME=VALUE is taken apart */
  uint32_t number;
};

struct options {
  const char *program;
  uint16_t port, timeout_seconds;
  const char *resource;
  struct setting settings[MAX_SETTINGS];
  size_t setting_count, issuer_count;
  mcpauth_log_fn log; /* NULL: no log */
  mcpauth_log_level log_level;
};

/* ---- the verifier -------------------------------------------------------------------------------------------------- */

static void apply_to_issuer(mcpauth_issuer *issuer, const struct setting *setting) {
  switch (setting->name) {
    case JWKS_URI: mcpauth_issuer_set_jwks_uri(issuer, setting->text); break;
    case HTTP_LOOPBACK: mcpauth_issuer_allow_http_on_loopback(issuer); break;
    case IGNORE_TRAILING_SLASH: mcpauth_issuer_ignore_trailing_slash(issuer); break;
    case CA_FILE: mcpauth_issuer_set_ca_file(issuer, setting->text); break;
    case PROXY: mcpauth_issuer_set_proxy(issuer, setting->text); break;
    case COOLDOWN: mcpauth_issuer_set_cooldown_seconds(issuer, setting->number); break;
    case FETCH_TIMEOUT: mcpauth_issuer_set_fetch_timeout_ms(issuer, setting->number); break;
    default: break;
  }
}

static void add_issuer(mcpauth_config *config, const struct options *options, const char *url) {
  mcpauth_issuer *issuer = NULL; /* belongs to config */
  mcpauth_config_add_issuer(config, url, &issuer);
  for (size_t i = 0; i < options->setting_count; i++) apply_to_issuer(issuer, &options->settings[i]);
}

static void apply(mcpauth_config *config, const struct options *options, const struct setting *setting) {
  switch (setting->name) {
    case ISSUER: add_issuer(config, options, setting->text); break;
    case AUDIENCE: mcpauth_config_add_audience(config, setting->text); break;
    case ALLOW_CLIENT: mcpauth_config_add_allowed_client(config, setting->text); break;
    case REQUIRE_CLAIM: mcpauth_config_add_required_claim(config, setting->text, setting->value); break;
    case SCOPE: mcpauth_config_add_required_scope(config, setting->text); break;
    case SCOPE_CLAIM: mcpauth_config_add_scope_claim(config, setting->text); break;
    case TOOL_SCOPE: mcpauth_config_add_tool_scope(config, setting->text, setting->value); break;
    case RESOURCE_SCOPE: mcpauth_config_add_resource_scope(config, setting->text, setting->value); break;
    case TEMPLATE_SCOPE: mcpauth_config_add_resource_template_scope(config, setting->text, setting->value); break;
    case PROMPT_SCOPE: mcpauth_config_add_prompt_scope(config, setting->text, setting->value); break;
    case ALLOW_MISSING_AUDIENCE: mcpauth_config_dangerous_allow_missing_audience(config); break;
    case ADVERTISE_SCOPE: mcpauth_config_add_advertised_scope(config, setting->text); break;
    case DETAILS: mcpauth_config_set_show_error_details(config, true); break;
    default: break;
  }
}

/* The configuration keeps the first failure of a setter, and mcpauth_verifier_new reports it. */
static mcpauth_verifier *make_verifier(const struct options *options, const char *resource) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  mcpauth_config_new(resource, &config);
  for (size_t i = 0; i < options->setting_count; i++) apply(config, options, &options->settings[i]);
  if (options->log != NULL) mcpauth_config_set_log(config, options->log_level, options->log, NULL, NULL);
  if (mcpauth_verifier_new(config, &verifier, &err) != MCPAUTH_OK) {
    fprintf(stderr, "%s: %s\n", options->program, mcpauth_error_message(err).data);
  }
  mcpauth_error_free(err);
  mcpauth_config_free(config);
  return verifier;
}

/* ---- the command line ---------------------------------------------------------------------------------------------- */

/* Keeps one of the verifier's settings. pair: it is NAME=VALUE, where the name may hold no "=". */
static bool keep(struct options *options, enum option_name name, char *text, bool pair) {
  if (options->setting_count == MAX_SETTINGS) return false;
  struct setting *setting = &options->settings[options->setting_count++];
  *setting = (struct setting){.name = name, .text = text};
  if (!pair) return true;
  char *equals = strchr(text, '=');
  if (equals == NULL) return false;
  *equals = '\0';
  setting->value = equals + 1;
  return true;
}

static bool keep_number(struct options *options, enum option_name name, const char *text) {
  char *end = NULL;
  errno = 0;
  const unsigned long number = strtoul(text, &end, 10);
  if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || number > UINT32_MAX) return false;
  if (!keep(options, name, NULL, false)) return false;
  options->settings[options->setting_count - 1].number = (uint32_t)number;
  return true;
}

static bool parse_timeout(const char *text, uint16_t *seconds) {
  return parse_port(text, seconds) == 0 && *seconds > 0 && *seconds <= MAX_TIMEOUT_SECONDS;
}

/* One option. False: it is not known, or its argument does not fit. */
static bool take_option(struct options *options, int name) {
  switch (name) {
    case PORT: return parse_port(optarg, &options->port) == 0;
    case RESOURCE: options->resource = optarg; return true;
    case TIMEOUT: return parse_timeout(optarg, &options->timeout_seconds);
    case ISSUER: options->issuer_count++; return keep(options, ISSUER, optarg, false);
    case REQUIRE_CLAIM:
    case TOOL_SCOPE:
    case RESOURCE_SCOPE:
    case TEMPLATE_SCOPE:
    case PROMPT_SCOPE: return keep(options, (enum option_name)name, optarg, true);
    case COOLDOWN:
    case FETCH_TIMEOUT: return keep_number(options, (enum option_name)name, optarg);
    default: return name > 0 && name < OWN_OPTIONS && keep(options, (enum option_name)name, optarg, false);
  }
}

/* own: what only this program knows, may be NULL; it is asked first. */
static bool parse_options(int argc, char **argv, struct options *options, bool (*own)(struct options *, int name)) {
  static const struct option known[] = {{"issuer", required_argument, NULL, ISSUER},
                                        {"port", required_argument, NULL, PORT},
                                        {"resource", required_argument, NULL, RESOURCE},
                                        {"timeout", required_argument, NULL, TIMEOUT},
                                        {"audience", required_argument, NULL, AUDIENCE},
                                        {"allow-client", required_argument, NULL, ALLOW_CLIENT},
                                        {"require-claim", required_argument, NULL, REQUIRE_CLAIM},
                                        {"scope", required_argument, NULL, SCOPE},
                                        {"scope-claim", required_argument, NULL, SCOPE_CLAIM},
                                        {"tool-scope", required_argument, NULL, TOOL_SCOPE},
                                        {"resource-scope", required_argument, NULL, RESOURCE_SCOPE},
                                        {"template-scope", required_argument, NULL, TEMPLATE_SCOPE},
                                        {"prompt-scope", required_argument, NULL, PROMPT_SCOPE},
                                        {"dangerous-allow-missing-audience", no_argument, NULL, ALLOW_MISSING_AUDIENCE},
                                        {"advertise-scope", required_argument, NULL, ADVERTISE_SCOPE},
                                        {"details", no_argument, NULL, DETAILS},
                                        {"jwks-uri", required_argument, NULL, JWKS_URI},
                                        {"http-loopback", no_argument, NULL, HTTP_LOOPBACK},
                                        {"ignore-trailing-slash", no_argument, NULL, IGNORE_TRAILING_SLASH},
                                        {"ca-file", required_argument, NULL, CA_FILE},
                                        {"proxy", required_argument, NULL, PROXY},
                                        {"cooldown", required_argument, NULL, COOLDOWN},
                                        {"fetch-timeout", required_argument, NULL, FETCH_TIMEOUT},
                                        {"log", required_argument, NULL, OWN_OPTIONS},
                                        {"prefetch", no_argument, NULL, OWN_OPTIONS + 1},
                                        {NULL, 0, NULL, 0}};
  for (int name; (name = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    if (!(own != NULL && own(options, name)) && !take_option(options, name)) return false;
  }
  return optind == argc && options->issuer_count > 0;
}

#endif
